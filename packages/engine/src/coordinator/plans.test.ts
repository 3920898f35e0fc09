import { deepEqual, equal, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow, Plan } from '@ensemble/flow';
import { type MemoryStore, memoryStore } from '@ensemble/store-memory';
import { auction, clerk, sale, shelf } from '../../fixtures/sale.ts';
import { message, now, order, station } from '../../fixtures/station.ts';
import type { Table } from '../store.ts';
import { plansOf } from './plans.ts';
import { flowVersions, newSaga, rowOf, type Saga, sagas } from './saga.ts';

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
  deepEqual([plans.kept('sale'), plans.of('sale', sale.version)], [[], undefined]);
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
  deepEqual([plans.of('sale', sale.version), plans.kept('sale')], [{ flow: sale, plan: sale.plan }, [sale.plan]]);
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
  const asked = { ...begun, asks: { 'till.charge': { do: { attempts: 1, since: now, due: now + 5_000 } } } } as const;
  await insert(at.store, sagas, rowOf(asked));
  await at.startAgain();
  await at.take(message('Paid', order(1), { amount: 3 }), message('Buy', order(2), { amount: 3 }));
  deepEqual(
    (await at.said()).map(({ type, version }) => [type, version]),
    [
      ['Print', 'earlier'], // in reverse: receipt, charge, reserve. What is not asked yet is asked in its plan's order
      ['Reserve', sale.version],
    ],
  );
});

describe('what a message is to an order is said by its own plan', () => {
  /** Then a printed receipt undid everything, and the customer cancelled by asking for one. */
  const otherwise: Plan = { ...earlier, cancel: 'Print', later: ['Printed'] };
  const asked = { do: { attempts: 1, since: now, due: now + 5_000 } } as const;
  const given = async () => {
    const at = await station(clerk);
    await insert(at.store, flowVersions, { flow: 'sale', version: 'earlier', plan: otherwise, createdAt: now });
    await insert(at.store, sagas, rowOf({ ...runningBy(otherwise), asks: { 'shelf.reserve': asked } }));
    await at.startAgain();
    const says = async (...messages: readonly string[]) => {
      await at.take(...messages);
      return (await at.said()).map(({ type, version }) => [type, version]);
    };
    return { ...at, says };
  };

  test('what cancelled then, though nobody here reads it today', async () => {
    const { says, recipient } = await given();
    equal(recipient.readings.topics.includes('till'), true);
    deepEqual(await says(message('Stop', order(1))), []);
    deepEqual(await says(message('Print', order(1))), [['Release', 'earlier']]);
  });

  test('what undid everything then', async () => {
    const { says } = await given();
    deepEqual(await says(message('Printed', order(1), { amount: 3 })), [['Release', 'earlier']]);
  });

  test('and is nothing to an order of today', async () => {
    const { says, asides } = await given();
    deepEqual(await says(message('Buy', order(2), { amount: 3 }), message('Print', order(2)), message('Stop', order(2))), [
      ['Reserve', sale.version],
      ['Release', sale.version],
    ]);
    deepEqual(await asides(), []);
  });
});

describe('a release that lacks what a running saga needs', () => {
  const without: readonly (readonly [what: string, plan: Plan, gone: string])[] = [
    ['its flow', { ...earlier, flow: 'barter' }, 'barter'],
    ['an operation', changed((step) => ({ ...step, step: 'till.haggle' })), 'till.haggle'],
    ['a command', changed((step) => ({ ...step, says: 'Haggle' })), 'Haggle'],
    ['an answer', changed((step) => ({ ...step, answers: { Haggled: { outcome: 'haggled', refuses: false } } })), 'Haggled'],
    ['a cancel', { ...earlier, cancel: 'Halt' }, 'Halt'],
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

  const unended: readonly (readonly [what: string, stands: Partial<Saga>])[] = [
    ['cancelled before it began, and so without a deadline', { begun: false, cancelRequested: true, open: false, dueAt: null }],
    ['on the desk', { state: 'FAILED', flagged: true, open: false, dueAt: null }],
    ['being taken back', { state: 'COMPENSATING', open: false, dueAt: null }],
    ['taken back, and asked to undo once more', { state: 'COMPENSATED' }],
  ];
  for (const [what, stands] of unended) {
    test(`an order ${what}: does not start`, async () => {
      const plan = changed((step) => ({ ...step, step: 'till.haggle' }));
      const store = await keeping(plan);
      await insert(store, sagas, rowOf({ ...runningBy(plan), ...stands }));
      await rejects(plansOf(clerk, [sale], store, now), { code: 'FLOW_VERSION_GONE' });
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
