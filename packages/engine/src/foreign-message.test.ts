import { deepEqual } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { auction, book, clerk, renamed, sale, shelf, till } from '../fixtures/sale.ts';
import { altered, message, now, order, station } from '../fixtures/station.ts';
import { parkingLimit } from './parking.ts';
import type { Entry, Participant } from './participant.ts';
import type { Table } from './store.ts';

const [one, two] = [order(1), order(2)];
const recordsOf = ({ tables }: Participant): Table => tables['record'] as Table;
const pages = book.tables['pages'] as Table;

describe('a message from a foreign program, without our extensions', () => {
  const foreign = (key: string, orderId: string, facts = {}): string =>
    altered(message(key, orderId, facts), { flow: undefined, version: undefined, cause: undefined, time: undefined });

  test('is the flow that reads it', async () => {
    const { take, said } = await station(shelf);
    await take(foreign('Reserve', one, { amount: 30 }));
    deepEqual(
      (await said()).map(({ type, flow, version }) => [type, flow, version]),
      [['Reserved', 'sale', sale.version]],
    );
  });

  test('that writes null for what it leaves out, is taken all the same', async () => {
    const { take, said } = await station(shelf);
    await take(altered(message('Reserve', one, { amount: 30 }), { flow: null, version: null, cause: 5, traceparent: {} }));
    deepEqual(
      (await said()).map(({ type, flow, version, traceparent }) => [type, flow, version, traceparent]),
      [['Reserved', 'sale', sale.version, undefined]],
    );
  });

  test('where two flows read it, is the one that the order goes through', async () => {
    const at = await station(shelf, [sale, auction]);
    await at.take(message('Reserve', one, { amount: 30 }, auction));
    await at.take(foreign('Release', one));
    deepEqual(
      (await at.said()).map(({ type, flow }) => [type, flow]),
      [
        ['Reserved', 'auction'],
        ['Released', 'auction'],
      ],
    );
  });

  test('where two flows read it and no row tells, waits for one, and is taken for neither when none comes', async () => {
    const at = await station(shelf, [sale, auction]);
    await at.take(foreign('Release', one), foreign('Release', two));
    const reason = 'Release names no flow, and several have such a message: it waits for a row of its order';
    deepEqual(
      (await at.asides()).map((row) => [row.orderId, row.reader, row.reason, row.dead]),
      [
        [one, 'shelf.release', reason, false],
        [two, 'shelf.release', reason, false],
      ],
    );
    await at.take(message('Reserve', one, { amount: 30 }, auction));
    for (let attempt = 0; attempt < parkingLimit; attempt += 1) {
      at.pass(60_000);
      await at.retry();
    }
    deepEqual(
      [await at.asides(), (await at.said()).map(({ type, subject }) => [type, subject])],
      [
        [],
        [
          ['Reserved', one],
          ['Released', one],
        ],
      ],
    );
    deepEqual(
      (await at.rows(recordsOf(shelf))).map(({ orderId }) => orderId),
      [one],
    );
  });

  for (const flows of [
    [sale, auction],
    [sale, auction, renamed('third'), renamed('fourth'), renamed('fifth')],
  ])
    test(`it waits a minute, in whatever number of flows it may be: ${flows.length}`, async () => {
      const at = await station(shelf, flows);
      await at.take(foreign('Release', one));
      const attempts: unknown[] = [];
      for (let seconds = 0; seconds < 64; seconds += 0.5) {
        const [row] = await at.asides();
        if (row && row.attempts !== attempts.at(-1)) attempts.push(row.attempts);
        at.pass(500);
        await at.retry();
      }
      deepEqual([attempts, await at.asides(), await at.said()], [[1, 2, 3, 4, 5, 6, 7], [], []]);
    });

  test('that misfits the flow of its order is a dead letter, though another flow has one that it fits; of no order it is that other’s', async () => {
    const strict = renamed('strict', { Release: { orderId: Type.String(), why: Type.String() } });
    const at = await station(shelf, [sale, strict]);
    await at.take(message('Reserve', one, { amount: 30 }, strict));
    await at.take(foreign('Release', one), foreign('Release', two));
    deepEqual(
      (await at.asides()).map(({ orderId, reason, dead }) => [orderId, reason, dead]),
      [[one, 'MESSAGE_MISFIT: Release must have required properties why', true]],
    );
    deepEqual(
      (await at.said()).map(({ type, subject, flow }) => [type, subject, flow]),
      [
        ['Reserved', one, 'strict'],
        ['Released', two, 'sale'],
      ],
    );
  });

  test('to the coordinator too, which begins nothing by it', async () => {
    const at = await station(clerk, [sale, auction]);
    await at.take(foreign('Buy', one, { amount: 30 }));
    deepEqual([(await at.asides()).length, await at.said()], [1, []]);
  });

  test('by the row that it has, to the coordinator', async () => {
    const at = await station(clerk, [sale, auction]);
    await at.take(message('Buy', one, { amount: 30 }, auction));
    await at.take(foreign('Reserved', one));
    deepEqual(
      (await at.said()).map(({ type, flow }) => [type, flow]),
      [
        ['Reserve', 'auction'],
        ['Charge', 'auction'],
      ],
    );
  });

  test('has the id of its order and name, whatever id it came with: two programs may use the same', async () => {
    const shelves = await station(shelf);
    const same = (key: string, orderId: string, facts = {}): string => altered(foreign(key, orderId, facts), { id: '1', source: key });
    await shelves.take(same('Reserve', one, { amount: 3 }), same('Printed', two, { amount: 3 }), same('Printed', one, { amount: 3 }));
    await shelves.take(same('Printed', order(3), { amount: 3 }));
    deepEqual(
      (await shelves.said()).map(({ cause }) => cause),
      [`${one}/Reserve`],
    );
    deepEqual((await shelves.asides()).map(({ messageId }) => messageId).toSorted(), [`${two}/Printed`, `${order(3)}/Printed`]);
    const told: string[] = [];
    const decide = { note: (_: unknown, { message }: Entry) => (told.push(message), {}) };
    const books = await station({ ...book, decide });
    await books.take(same('Reserved', one), same('Paid', one, { amount: 3 }));
    deepEqual(told, ['Reserved', 'Paid']);
  });

  test('is as old as the log says', async () => {
    const { take, rows } = await station(book);
    await take(foreign('Reserved', one));
    deepEqual(
      (await rows(pages)).map(({ at }) => at),
      [now],
    );
  });

  test('is about the same order in capitals', async () => {
    const { take, said } = await station(till);
    const letters = 'abcdef00-0000-7000-8000-00000000abcd';
    await take(message('Charge', letters, { amount: 3 }), altered(message('Print', letters), { subject: letters.toUpperCase() }));
    deepEqual(
      (await said()).map(({ type, subject }) => [type, subject]),
      [
        ['Paid', letters],
        ['Printed', letters],
      ],
    );
  });
});
