/** What a batch loads: of what is kept beside a record, only what may be there. */
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Flow, Operation } from '@ensemble/flow';
import { bank, payment } from '../fixtures/bank.ts';
import { message as messageOf, order, station } from '../fixtures/station.ts';
import { desk, trade } from '../fixtures/trade.ts';
import type { Participant } from './participant.ts';
import type { Store } from './store.ts';

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

test('and not where nothing waits: before the do, and when its answer is known', async () => {
  deepEqual(await loaded(bank, payment, ['Refund']), [['charges']]);
  deepEqual(await loaded(bank, payment, ['Charge', { card: 'cash', amount: 30 }], ['Refund']), [['charges'], ['charges']]);
});
