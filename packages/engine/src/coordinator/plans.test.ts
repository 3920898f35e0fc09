import { deepEqual, equal, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow, Plan } from '@ensemble/flow';
import { type MemoryStore, memoryStore } from '@ensemble/store-memory';
import { auction, clerk, sale, shelf } from '../../fixtures/sale.ts';
import { message, now, order, station } from '../../fixtures/station.ts';
import type { Table } from '../store.ts';
import { plansOf } from './plans.ts';
import { flowVersions, newSaga, rowOf, sagas } from './saga.ts';

/** The sale as an earlier release had it: the till asked before the shelf, under its own version. */
const earlier: Plan = { ...(sale.plan as Plan), version: 'earlier', groups: [...(sale.plan as Plan).groups].toReversed() };

const insert = async (store: MemoryStore, table: Table, row: object): Promise<void> =>
  (await store.begin()).commit([{ table, insert: [row as Readonly<Record<string, unknown>>] }]);
const keeping = async (plan: Plan): Promise<MemoryStore> => {
  const store = memoryStore({ now: () => now });
  await insert(store, flowVersions, { flow: plan.flow, version: plan.version, plan, createdAt: now });
  return store;
};
const runningBy = ({ flow, version }: Plan) => ({ ...newSaga(order(1), flow, version, now), begun: true, open: true, dueAt: now + 5_000 });

test('who coordinates nothing has no plans', async () => {
  const plans = await plansOf(shelf, [sale], memoryStore(), now);
  deepEqual([plans.current('sale'), plans.of('sale', sale.version)], [undefined, undefined]);
});

test("today's versions are kept once, as data", async () => {
  const store = memoryStore();
  await plansOf(clerk, [sale, auction], store, now);
  const plans = await plansOf(clerk, [sale, auction], store, now + 1);
  deepEqual(
    (await store.select(flowVersions, { orderBy: [['flow', 'asc']] })).map(({ flow, version, createdAt }) => [flow, version, createdAt]),
    [
      ['auction', auction.version, now],
      ['sale', sale.version, now],
    ],
  );
  deepEqual(plans.current('sale'), { flow: sale, plan: sale.plan });
});

test('two processes that start at once, one with a flow more, keep all of them', async () => {
  const store = memoryStore();
  await Promise.all([
    plansOf(clerk, [sale], store, now),
    plansOf(clerk, [sale, auction], store, now),
    plansOf(clerk, [auction], store, now),
  ]);
  equal((await store.select(flowVersions, {})).length, 2);
});

test('a saga goes on by the plan it began with', async () => {
  const at = await station(clerk);
  await insert(at.store, flowVersions, { flow: 'sale', version: 'earlier', plan: earlier, createdAt: now });
  const begun = { ...runningBy(earlier), facts: { orderId: order(1), amount: 3 }, asks: {} };
  const asked = { ...begun, asks: { 'till.charge': { do: { state: 'asked', attempts: 1, since: now, due: now + 5_000 } } } } as const;
  await insert(at.store, sagas, rowOf(asked));
  const later = await plansOf(clerk, [sale], at.store, now);
  Object.assign(at.recipient, { plans: later });
  await at.take(message('Paid', order(1), { amount: 3 }), message('Buy', order(2), { amount: 3 }));
  deepEqual(
    (await at.said()).map(({ type, version }) => [type, version]),
    [
      ['Print', 'earlier'], // in reverse: receipt, charge, reserve. What is not asked yet is asked in its plan's order
      ['Reserve', sale.version],
    ],
  );
});

describe('a release that lacks what a running saga needs', () => {
  const without: readonly (readonly [what: string, plan: Plan, gone: string])[] = [
    ['its flow', { ...earlier, flow: 'barter' }, 'barter'],
    ['an operation', changed((step) => ({ ...step, step: 'till.haggle' })), 'till.haggle'],
    ['a command', changed((step) => ({ ...step, says: 'Haggle' })), 'Haggle'],
    ['an answer', changed((step) => ({ ...step, answers: { Haggled: { outcome: 'haggled', refuses: false } } })), 'Haggled'],
    ['an undo', changed((step) => ({ ...step, undo: step.undo && { ...step.undo, answers: ['Unhaggled'] } })), 'Unhaggled'],
  ];
  for (const [what, plan, gone] of without) {
    test(`${what}: does not start`, async () => {
      const store = await keeping(plan);
      await insert(store, sagas, rowOf(runningBy(plan)));
      await rejects(plansOf(clerk, [sale], store, now), {
        code: 'FLOW_VERSION_GONE',
        message: `order ${order(1)} still runs by ${plan.flow} earlier, which names ${gone}; this release does not have it`,
      });
    });
  }

  test('starts once they have ended', async () => {
    const plan = changed((step) => ({ ...step, step: 'till.haggle' }));
    const store = await keeping(plan);
    await insert(store, sagas, rowOf({ ...runningBy(plan), state: 'COMPLETED', open: false, dueAt: null }));
    const plans: { of(flow: string, version: string): { flow: Flow } | undefined } = await plansOf(clerk, [sale], store, now);
    equal(plans.of('sale', 'earlier'), undefined);
  });
});

function changed(change: (step: Plan['groups'][number][number]) => Plan['groups'][number][number]): Plan {
  return { ...earlier, groups: earlier.groups.map((group) => group.map((step) => (step.step === 'till.charge' ? change(step) : step))) };
}
