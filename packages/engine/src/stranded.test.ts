/** A release that cannot go on with orders which wait for the outside world, or for their owner's clock, is not started. */
import { deepEqual, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow } from '@ensemble/flow';
import { type MemoryStore, memoryStore } from '@ensemble/store-memory';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { bank, payment } from '../fixtures/bank.ts';
import { provider } from '../fixtures/provider.ts';
import { message, order, station } from '../fixtures/station.ts';
import { desk, trade } from '../fixtures/trade.ts';
import { virtualClock } from '../fixtures/virtual-clock.ts';
import { silentLog } from './log.ts';
import { type CallRow, calls } from './outside/calls.ts';
import { startService } from './service.ts';
import { refuseStranded } from './stranded.ts';
import { type DueRow, due } from './tables.ts';

/** Orders whose charge the bank has not heard of; the last of them is to be taken back. */
async function waitingForTheBank(orders: number) {
  const { take, store } = await station(bank, [payment]);
  for (let n = 1; n <= orders; n += 1) await take(message('Charge', order(n), { card: 'visa', amount: 30 }, payment));
  await take(message('Refund', order(orders), {}, payment));
  return store;
}

async function waitingForTheClock(orders: number) {
  const { take, store } = await station(desk, [trade]);
  for (let n = 1; n <= orders; n += 1) await take(message('PlaceOrder', order(n), {}, trade));
  return store;
}

const without = (flow: Flow, operation: string): Flow => ({ ...flow, rows: flow.rows.filter(({ does }) => does.name !== operation) });
const untimed: Flow = { ...trade, rows: trade.rows.filter(({ on }) => on.kind !== 'deadline') };

describe('orders that wait for the outside world', () => {
  const gone: readonly (readonly [what: string, flows: readonly Flow[], orders: string])[] = [
    ['its flow', [trade], '3 orders wait'],
    ['the row by which it was asked', [without(payment, 'bank.charge')], '3 orders wait'],
    ['the row by which it is taken back', [without(payment, 'bank.refund')], '1 order waits'],
  ];
  for (const [what, flows, orders] of gone)
    test(`a release without ${what} is refused`, async () => {
      await rejects(refuseStranded(bank, flows, await waitingForTheBank(3)), {
        code: 'FLOW_VERSION_GONE',
        message: `${orders} at bank for the word on bank.charge, by payment ${payment.version}; this release cannot go on with that`,
      });
    });

  test('a release that has the rows goes on, whatever its version', async () => {
    await refuseStranded(bank, [{ ...payment, version: 'later' }, trade], await waitingForTheBank(3));
  });

  test('each version that they were asked by is named, with what waits for it', async () => {
    const store = await waitingForTheBank(3);
    const [first] = (await store.select(calls, { orderBy: [['orderId', 'asc']], limit: 1 })) as readonly CallRow[];
    await change(store, calls, { ...first, asked: { ...first?.asked, version: 'earlier' } });
    await rejects(refuseStranded(bank, [], store), {
      details: {
        service: 'bank',
        waiting: [
          { flow: 'payment', version: 'earlier', awaits: 'the word on bank.charge', orders: 1 },
          { flow: 'payment', version: payment.version, awaits: 'the word on bank.charge', orders: 2 },
        ],
      },
    });
  });
});

describe('orders that wait for the clock of their owner', () => {
  for (const [what, flows] of [
    ['its flow', [payment]],
    ['its deadline', [untimed]],
  ] as const)
    test(`a release without ${what} is refused`, async () => {
      await rejects(refuseStranded(desk, flows, await waitingForTheClock(2)), {
        code: 'FLOW_VERSION_GONE',
        message: `2 orders wait at desk for their owner's clock, by trade ${trade.version}; this release cannot go on with that`,
      });
    });

  test('a release that has it goes on, whatever its version', async () => {
    await refuseStranded(desk, [payment, { ...trade, version: 'later' }], await waitingForTheClock(2));
  });

  test('what was placed before versions were told is counted too', async () => {
    const store = await waitingForTheClock(1);
    const [row] = (await store.select(due, {})) as readonly DueRow[];
    await change(store, due, { ...row, version: null });
    await rejects(refuseStranded(desk, [], store), { message: /^1 order waits at desk for their owner's clock, by trade; / });
  });
});

describe('many of them', () => {
  /** So many orders with both calls open, after one with one; and how many rows were read at once. */
  async function counted(orders: number) {
    const store = await waitingForTheBank(1);
    const [call] = (await store.select(calls, {})) as readonly CallRow[];
    const others = Array.from({ length: orders }, (_, n) => ({ ...call, orderId: order(n + 2) }));
    const insert = others.flatMap((row) => [row, { ...row, operation: 'bank.refund' }]);
    await (await store.begin()).commit([{ table: calls, insert }]);
    const pages: number[] = [];
    const select: MemoryStore['select'] = async (table, query) => {
      const found = await store.select(table, query);
      if (table === calls) pages.push(found.length);
      return found;
    };
    return { store: { select }, pages };
  }

  test('are read in pages, and each is counted once: those of an order that two pages share, too', async () => {
    const { store, pages } = await counted(1_200);
    await rejects(refuseStranded(bank, [], store), {
      message: /^1201 orders wait at bank for .*charge, by .*; 1200 orders wait at bank for /,
    });
    deepEqual(pages, [1_000, 1_000, 404]);
  });
});

test('a service is not started on them, and is once its flow is there again', async () => {
  const bankers = provider();
  const log = memoryLog();
  const store = await waitingForTheBank(1);
  const start = (flows: readonly Flow[]) =>
    startService({
      participant: bank,
      flows,
      store,
      transport: memoryTransport({ log }),
      ports: { 'bank.charge': bankers, 'bank.refund': bankers },
      clock: virtualClock(),
      log: silentLog,
      newId: () => order(404),
      member: 'bank-a',
    });
  log.prepare([...new Set([...payment.messages.values()].map(({ topic }) => topic))], 1);
  await rejects(start([without(payment, 'bank.charge')]), { code: 'FLOW_VERSION_GONE' });
  await (await start([payment])).stop();
});

test('who keeps nothing waiting is started with any flow', async () => {
  await refuseStranded(bank, [], memoryStore());
});

async function change(store: MemoryStore, table: typeof calls | typeof due, row: object): Promise<void> {
  const unit = await store.begin();
  await unit.commit([{ table, update: [row as Readonly<Record<string, unknown>>] }]);
}
