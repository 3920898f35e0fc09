/** What waits aside and is due: by the database's clock, once, and never for ever. */
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { auction, sale, shelf } from '../fixtures/sale.ts';
import { altered, message, now, order, station } from '../fixtures/station.ts';
import type { Participant } from './participant.ts';
import { dueRetries } from './retries.ts';
import { type ParkedRow, parked } from './tables.ts';

const early = message('Printed', order(1), { amount: 30 });
const waits = 'shelf.sell came before shelf.reserve was done';

/** A shelf where a sale waits aside for its reservation, and is due after half a second. */
async function given(participant: Participant = shelf) {
  const at = await station(participant);
  await at.take(early);
  const due = (time = now + 500) => dueRetries(at.store, at.recipient, async () => time);
  const rows = async () => (await at.asides()).map(({ attempts, dead, reason }) => ({ attempts, dead, reason }));
  return { ...at, due, rows };
}

test('it is due by the clock of its database', async () => {
  const { due } = await given();
  deepEqual([(await due(now + 499)).length, (await due(now + 500)).length], [0, 1]);
});

test('where nothing waits no clock is asked', async () => {
  const at = await station(shelf);
  let asked = 0;
  await dueRetries(at.store, at.recipient, async () => (asked += 1));
  equal(asked, 0);
});

describe('two processes find the same', () => {
  test('and one attempt is counted', async () => {
    const { due, work, pass, rows } = await given();
    const [one, other] = [await due(), await due()];
    pass(500);
    await work(one);
    await work(other);
    deepEqual(await rows(), [{ attempts: 2, dead: false, reason: waits }]);
  });

  test('nor is it counted twice where it fails for good', async () => {
    const fail = (): never => {
      throw new Error('a bug');
    };
    const { due, work, pass, rows } = await given({ ...shelf, keys: { piles: fail } });
    const [one, other] = [await due(), await due()];
    pass(500);
    await work(one);
    await work(other);
    deepEqual(await rows(), [{ attempts: 2, dead: false, reason: 'Error: a bug' }]);
  });

  test('and what the first has done the second leaves', async () => {
    const { due, work, pass, take, rows, said } = await given();
    const [one, other] = [await due(), await due()];
    await take(message('Reserve', order(1), { amount: 30 }));
    pass(500);
    await work(one);
    const before = (await said()).length;
    await work(other);
    deepEqual([await rows(), (await said()).length], [[], before]);
  });
});

describe('what nobody can take any more is dead where it waits', () => {
  const dead = async (row: Partial<ParkedRow>): Promise<unknown> => {
    const { store, retry, asides, pass } = await given();
    const [waiting] = await asides();
    await (await store.begin()).commit([
      { table: parked, remove: [[waiting?.messageId ?? '', waiting?.reader ?? '']] },
      { table: parked, insert: [{ ...waiting, ...row }] },
    ]);
    pass(500);
    await retry();
    return (await asides()).map(({ messageId, reader, dead, nextAt, reason }) => ({ messageId, reader, dead, nextAt, reason }));
  };
  const messageId = `${order(1)}/Printed`;

  test('its reader is gone', async () =>
    deepEqual(await dead({ reader: 'shelf.count' }), [
      { messageId, reader: 'shelf.count', dead: true, nextAt: null, reason: 'MESSAGE_UNKNOWN: shelf.count no longer reads Printed' },
    ]));
  test('its type is gone', async () =>
    deepEqual(await dead({ message: altered(early, { type: 'Gone' }) }), [
      { messageId, reader: 'shelf.sell', dead: true, nextAt: null, reason: 'MESSAGE_UNKNOWN: no flow sale defines Gone' },
    ]));
  test('it is no message any more', async () =>
    deepEqual(await dead({ message: '{' }), [
      { messageId, reader: 'shelf.sell', dead: true, nextAt: null, reason: 'MESSAGE_MALFORMED: the message is not JSON' },
    ]));
});

test('of two flows that read it the one that has to wait for it keeps it', async () => {
  const at = await station(shelf, [sale, auction]);
  const foreign = altered(early, { flow: undefined });
  await at.take(foreign);
  await (await at.store.begin()).commit([{ table: shelf.tables['record'] as never, insert: [waitingRecord] }]);
  at.pass(500);
  await at.retry();
  deepEqual(
    (await at.asides()).map(({ reason }) => reason),
    [waits],
  );
});

const waitingRecord = { orderId: order(1), flow: 'auction', state: 'waiting', answers: {}, amount: null, updatedAt: now };
