import { deepEqual, rejects, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { message as messageOf, order, station } from '../fixtures/station.ts';
import { trade, yard } from '../fixtures/trade.ts';
import { unasked } from './unasked.ts';

const message = (key: string): string => messageOf(key, order(1), {}, trade);

async function given() {
  const at = await station(yard, [trade]);
  const says = async (facts = {}): Promise<void> => {
    let failure: Error | null = null;
    const settled = (error: Error | null): void => void (failure = error);
    await at.work([{ parks: null, settled, ...unasked(yard, trade, 'yard.lose', order(1), facts) }]);
    if (failure) throw failure as Error;
  };
  return { ...at, says, told: async () => (await at.said()).map(({ type, data }) => [type, data['reason']]) };
}

test('a participant speaks about what it has done', async () => {
  const at = await given();
  await at.take(message('Taken'));
  await at.says({ reason: 'it fell over' });
  deepEqual(await at.told(), [
    ['Kept', undefined],
    ['Lost', 'it fell over'],
  ]);
});

test('told again it says the same again', async () => {
  const at = await given();
  await at.take(message('Taken'));
  await at.says({ reason: 'it fell over' });
  at.pass(1_000);
  await at.says({ reason: 'it was stolen' });
  const [, first, second] = await at.said();
  deepEqual(second, first);
});

test('before it has done anything it is told that it is too early', async () => {
  const at = await given();
  await rejects(at.says(), { code: 'OPERATION_EARLY' });
  deepEqual(await at.told(), []);
});

test('of what was taken back, or never done, it says nothing', async () => {
  const at = await given();
  await at.take(message('Dropped'));
  await at.says();
  deepEqual(await at.told(), [['Given', undefined]]);
});

test('only what the flow lets it say', () => {
  throws(() => unasked(yard, trade, 'yard.keep', order(1)), { code: 'OPERATION_NOT_UNASKED' });
});
