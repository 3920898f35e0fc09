import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Log } from '@ensemble/engine';
import { tables } from '@ensemble/monitor/tables';
import { keyboard, openDesk } from '../test/desk.ts';
import { until } from '../test/until.ts';
import { overdueHere, overdueLog } from './overdue.ts';

test('what is overdue is counted by operation, whoever coordinates', async () => {
  const desk = await openDesk();
  try {
    desk.database('payment', false);
    await desk.place();
    for (const flow of ['choreography', 'choreography']) await desk.place({ ...keyboard, flow });
    const later = Date.now() + 3_600_000;
    let found: object = {};
    const charges = async (): Promise<boolean> => {
      found = Object.fromEntries(await overdueHere(desk.system, later));
      return 'payment.charge' in found && found['payment.charge'] === 3;
    };
    await until(charges, () => JSON.stringify(found));
    deepEqual(found, { 'payment.charge': 3 });
    deepEqual([...(await overdueHere(desk.system, Date.now() - 3_600_000))], []);
  } finally {
    await desk.close();
  }
});

test('/metrics has it, with the database away too', async () => {
  const desk = await openDesk();
  try {
    const lead = { participant: '', mayBeSilent: false, giveUp: null, by: 'something' };
    const leads = ['payment.charge', 'inventory.sell'].map((operation, at) => ({ ...lead, operation, since: at * 4e12 }));
    const order = {
      orderId: '01920000-0000-7000-8000-000000000001',
      flow: 'choreography',
      state: 'RUNNING',
      progress: { heard: {}, leads, named: true },
    };
    const unit = await desk.stores.get('monitor')?.begin();
    await unit?.commit([{ table: tables.orders, insert: [{ ...order, open: true, dueAt: 0, flaggedAt: null, updatedAt: 0 }] }]);
    for (const there of [true, false]) {
      desk.database('monitor', there);
      const figures = ((await desk.get('/metrics')).body as string)
        .split('\n')
        .filter((line) => line.startsWith('ensemble_answers_overdue'));
      deepEqual(figures, ['ensemble_answers_overdue{operation="payment.charge"} 1']);
    }
    desk.database('monitor', true);
  } finally {
    await desk.close();
  }
});

test('the log tells what stays overdue, once, and when it is over', () => {
  const lines: unknown[] = [];
  const warn = (fields: object, words: string): void => void lines.push([words, fields]);
  const log: Log = { info: warn, warn, error: warn };
  const told = overdueLog(log);
  const heard = (look: () => void): unknown[] => {
    look();
    return lines.splice(0);
  };
  const looked = (overdue: Readonly<Record<string, number>>) => heard(() => told.looked(new Map(Object.entries(overdue))));
  const words = 'answers are overdue, so many of each';
  const [charge, sale] = [{ 'payment.charge': 2 }, { 'inventory.sell': 1, 'payment.charge': 3 }];

  deepEqual(looked(charge), [], 'it may be over at once');
  deepEqual(looked(charge), [[words, charge]]);
  deepEqual(looked(sale), [], 'more of the same');
  deepEqual(looked(sale), [[words, sale]]);
  deepEqual(looked({}), [['no answers are overdue any more', {}]]);
  deepEqual(looked({}), []);

  deepEqual(looked(charge), []);
  told.away();
  deepEqual(looked(charge), [], 'what was silent while something was away');
  deepEqual(looked(charge), [[words, charge]]);
});
