/**
 * A process is struck at every point it comes through, one after the other: killed before a transaction, within it, after its commit,
 * before and after its messages are in the log, before its offsets are written; or it loses an answer. Then another process, or the
 * same one, goes on. Whatever the point: every order ends, nothing is lost and nothing happens twice.
 */
import { deepEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Blow } from '../fixtures/mortal.ts';
import { book } from '../fixtures/sale.ts';
import { shop } from '../fixtures/shop.ts';
import { order } from '../fixtures/station.ts';
import type { Table } from './store.ts';

const isEnd = (state: string): boolean => state === 'COMPLETED' || state === 'COMPENSATED';

/** The first process is struck at its n-th point; tells how many points it came through, and where it was struck. */
async function struck(
  n: number,
  blow: Blow,
  how: 'two at work' | 'started again',
): Promise<{ readonly died: string; readonly steps: number }> {
  const at = await shop();
  const first = await at.start('a');
  first.process.meets(blow, n);
  const second = how === 'two at work' ? await at.start('b') : null;
  await at.buys(1, 30);
  await at.buys(2, 200);
  await at.buys(3, 60);
  await at.buys(4, 20);
  await at.clock.pass(300);
  await at.stops(4); // too late by then, unless someone has died
  await at.clock.pass(300);
  const third = how === 'started again' ? await at.start(blow === 'killed' ? 'a' : 'b') : null;
  const over = await at.until(async () => {
    const states = Object.values(await at.states());
    return states.length === 4 && states.every(isEnd) && (await at.pending()) === 0;
  });
  const where = `${first.process.life.died || 'unhurt'}, point ${n}`;
  ok(over, `${where}: ${JSON.stringify(await at.states())}, ${await at.pending()} pending`);
  const states = await at.states();
  const sold = (states['1'] === 'COMPLETED' ? 30 : 0) + (states['4'] === 'COMPLETED' ? 20 : 0);
  deepEqual(await at.sums(), [{ name: 'the pile', available: 100 - sold, held: 0, sold }, sold], where);
  deepEqual([states['1'], states['2'], states['3']], ['COMPLETED', 'COMPENSATED', 'COMPENSATED'], where);
  const pages = await at.rows<{ orderId: string; heard: readonly string[] }>(book, book.tables['pages'] as Table);
  deepEqual(pages.find(({ orderId }) => orderId === order(1))?.heard, ['Paid', 'Printed', 'Reserved'], where);
  await Promise.all(
    [...(first.process.life.dead ? [] : [first]), ...(second ? [second] : []), ...(third ? [third] : [])].map(({ stop }) => stop()),
  );
  return { died: first.process.life.died, steps: first.process.steps() };
}

const strikes: readonly (readonly [blow: Blow, how: 'two at work' | 'started again'])[] = [
  ['killed', 'two at work'],
  ['killed', 'started again'],
  ['answer of COMMIT lost', 'two at work'],
  ['database away', 'started again'],
  ['broker away', 'two at work'],
];

describe('nothing is lost and nothing happens twice', () => {
  for (const [blow, how] of strikes) {
    test(`${blow}, ${how}: at every point`, async () => {
      const points = new Map<string, number>();
      for (let n = 0; ; n += 1) {
        const { died } = await struck(n, blow, how);
        if (died === '') break;
        points.set(died, (points.get(died) ?? 0) + 1);
      }
      const expected: Readonly<Record<Blow, readonly string[]>> = {
        killed: ['begin', 'commit', 'committed', 'done', 'load', 'publish', 'published'],
        'answer of COMMIT lost': ['committed'],
        'database away': ['begin', 'commit', 'load'],
        'broker away': ['publish', 'published'],
      };
      deepEqual(
        [...points.keys()].toSorted(),
        expected[blow].map((point) => `${blow} at ${point}`),
      );
    });
  }
});
