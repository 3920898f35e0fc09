/** What a batch loads: of what is kept beside a record, only what may be there. */
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow, Operation } from '@ensemble/flow';
import { bank, payment } from '../fixtures/bank.ts';
import { message as messageOf, order, station } from '../fixtures/station.ts';
import { desk, trade } from '../fixtures/trade.ts';
import { type CallRow, calls } from './outside/calls.ts';
import { wordWork } from './outside/hearing.ts';
import type { Participant } from './participant.ts';
import type { Store } from './store.ts';
import type { Work } from './work.ts';

/** The names of the tables that are loaded from now on, in order. */
function loadsOf(store: Store): string[] {
  const loads: string[] = [];
  const { begin } = store;
  const noting: Pick<Store, 'begin'> = {
    async begin() {
      const unit = await begin();
      return {
        ...unit,
        load(wanted) {
          loads.push(...wanted.map(({ table }) => table.name));
          return unit.load(wanted);
        },
      };
    },
  };
  Object.assign(store, noting);
  return loads;
}

/** Takes one message after the other, each in a batch of its own; tells what each batch loaded. */
async function loaded(participant: Participant, flow: Flow, ...messages: readonly (readonly [key: string, facts?: object])[]) {
  const at = await station(participant, [flow]);
  const loads = loadsOf(at.store);
  const batches: (readonly string[])[] = [];
  for (const [key, facts = {}] of messages) {
    await at.take(messageOf(key, order(1), { ...facts }, flow));
    batches.push(loads.splice(0));
  }
  return batches;
}

/** A desk that asks outside before it takes an order, and hears no word. */
function askingDesk(): Participant {
  const taking = desk.operations['take'] as Operation;
  const take = { ...taking, spec: { ...taking.spec, asks: {} } };
  const decide = { ...desk.decide, take: () => ({ asks: {} }) };
  return { ...desk, operations: { ...desk.operations, take }, decide, hears: { take: () => ({}) } };
}

test('the clock of an order is read where it is set anew: not when the order is new, nor when it ends', async () => {
  deepEqual(await loaded(desk, trade, ['PlaceOrder'], ['Kept']), [['trades'], ['trades']]);
  deepEqual(await loaded(desk, trade, ['PlaceOrder'], ['Withdraw']), [['trades'], ['trades', 'due']]);
});

test('an undo looks for the call of its do while the record waits for the word of it', async () => {
  const asked = [['PlaceOrder'], ['Withdraw']] as const;
  deepEqual(await loaded(askingDesk(), trade, ...asked), [['trades'], ['trades', 'calls', 'due']]);
  deepEqual(await loaded(bank, payment, ['Charge', { card: 'visa', amount: 30 }], ['Refund']), [['charges'], ['charges', 'calls']]);
});

/** A bank that was asked to charge, with the call as it wrote it; `hears` takes words on it in one batch. */
async function asked() {
  const at = await station(bank, [payment]);
  const says = (key: string): string => messageOf(key, order(1), { card: 'visa', amount: 30 }, payment);
  await at.take(says('Charge'));
  const [call] = (await at.store.select(calls, {})) as readonly CallRow[];
  const word = (known: CallRow | undefined): Work => {
    const answered = { orderId: order(1), operation: 'bank.charge', word: { says: 'paid', adds: { receipt: 'r-1' } } };
    const settled = (error: Error | null): void => void (error && failed.push(error));
    return { ...wordWork({ participant: bank, flows: [payment] }, answered, known), parks: null, settled };
  };
  const failed: Error[] = [];
  const loads = loadsOf(at.store);
  return {
    at,
    undoes: () => at.take(says('Refund')),
    async hears(...known: readonly ('ours' | 'theirs')[]) {
      loads.splice(0);
      await at.work(known.map((each) => word(each === 'ours' ? call : undefined)));
      return loads.filter((name) => name === 'calls').length;
    },
    failed,
    said: async () => (await at.said()).map(({ type }) => type),
  };
}

test('a word on what this process asked reads no call while nothing but the word is waited for', async () => {
  const [ours, theirs] = [await asked(), await asked()];
  deepEqual([await ours.hears('ours'), await theirs.hears('theirs')], [0, 1]);
  for (const { at, said } of [ours, theirs]) deepEqual([await said(), await at.rows(calls)], [['Paid'], []]);
});

test('the first word counts, whoever hears the second, in one batch or later', async () => {
  for (const second of ['ours', 'theirs'] as const) {
    const here = await asked();
    await here.hears('ours', second);
    await here.hears(second);
    deepEqual([await here.said(), await here.at.rows(calls), await here.at.asides(), here.failed], [['Paid'], [], [], []]);
  }
});

test('where it is to be taken back by now, the call says who wants it', async () => {
  const here = await asked();
  await here.undoes();
  deepEqual(await here.hears('ours'), 1);
  deepEqual(await here.said(), []); // the refund asks outside
  deepEqual(
    (await here.at.rows(calls)).map(({ operation }) => operation),
    ['bank.refund'],
  );
});

test('and not where nothing waits: before the do, and when its answer is known', async () => {
  deepEqual(await loaded(bank, payment, ['Refund']), [['charges']]);
  deepEqual(await loaded(bank, payment, ['Charge', { card: 'cash', amount: 30 }], ['Refund']), [['charges'], ['charges']]);
});
