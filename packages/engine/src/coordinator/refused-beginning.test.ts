import { at, command, does, done, event, orchestrate, reads, refused, step, undoes } from '@ensemble/flow';
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { message, order, station } from '../../fixtures/station.ts';
import { participant } from '../participant.ts';

const told = { orderId: Type.String() };
const either = { outcomes: { done: done(), refused: refused() } };
const take = does('clerk.take', either);
const Dropped = event('Dropped', 'shop', told);

const flow = orchestrate({
  name: 'counter',
  coordinator: 'desk',
  begins: at(take, { done: event('Taken', 'shop', told), refused: Dropped }, command('Take', 'shop', told)).undo(
    undoes(take, 'clerk.drop', 'dropped'),
    command('Drop', 'shop', told),
    Dropped,
  ),
  steps: [
    step(reads('shelf.look', either), command('Look', 'shop', told), {
      done: event('Seen', 'shop', told),
      refused: event('Unseen', 'shop', told),
    }),
  ],
});

const desk = participant({ name: 'desk', operations: {}, tables: {}, keys: {}, decide: {}, migrations: null, coordinates: true });

test('an order that its beginning refuses has no saga, and nothing waits for one', async () => {
  const { take: takes, said, asides } = await station(desk, [flow]);
  await takes(message('Dropped', order(1), {}, flow));
  deepEqual([await said(), await asides()], [[], []]);
});
