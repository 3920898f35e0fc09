/** What must always hold (design §8), once an order has come to rest: the databases by the audit, the log against them. */
import { type Envelope, messageId, type Participant, type RowOf, type Store } from '@ensemble/engine';
import { byHand } from '@ensemble/engine/by-hand';
import type { Flow } from '@ensemble/flow';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { disagreements, unfinished, unsound } from '@ensemble/server';
import { memoryStore } from '@ensemble/store-memory';
import type { Logged } from './network.ts';
import type { World } from './world.ts';

/** Says what does not hold; an empty list: everything does. */
export const held = async (world: World): Promise<readonly string[]> => [...(await unsoundIn(world)), ...(await unfinishedIn(world))];

/** Says what is never right, whether or not the orders have ended: in our databases, against the books of those outside, in the log. */
export const unsoundIn = async ({ stores, network, outside, flows }: World): Promise<readonly string[]> => [
  ...(await unsound(stores)),
  ...(await disagreements(stores, outside.done())),
  ...endedOnce(network.logged, flows),
];

/** Says what has still to come, so that everything is at its end. */
export const unfinishedIn = async ({ stores, network, witness, flows, participants }: World): Promise<readonly string[]> => [
  ...(await unfinished(stores)),
  ...reached(witness.said, network),
  ...(await rebuilt(stores, network.logged, { flows, participants })),
];

/** Each message that was committed to an outbox is in the log, but for those that the script lost. */
function reached(said: World['witness']['said'], { logged, lost }: World['network']): string[] {
  const idOf = ({ value }: { readonly value: string }): string => (JSON.parse(value) as Pick<Envelope, 'id'>).id;
  const there = new Set([...logged, ...lost].map(({ id }) => id));
  return [...new Set(said.map(idOf))].filter((id) => !there.has(id)).map((id) => `${id} was committed and is not in the log`);
}

/** No order is said to be COMPLETED and CANCELLED both, unless a later failure took it back. */
function endedOnce(logged: readonly Logged[], flows: readonly Flow[]): string[] {
  const findings: string[] = [];
  for (const [orderId, all] of Map.groupBy(logged.filter(isOrders), ({ about }) => about)) {
    const flow = flows.find(({ name }) => name === all[0]?.flow);
    const later = flow?.rows.filter(({ on }) => on.kind === 'later').flatMap(({ says }) => Object.values(says).map(({ key }) => key)) ?? [];
    const ends = new Set(all.map(({ key }) => flow?.places.get(key)?.status));
    if (ends.has('COMPLETED') && ends.has('CANCELLED') && !all.some(({ key }) => later.includes(key)))
      findings.push(`order ${orderId} was said to be COMPLETED and CANCELLED`);
  }
  return findings;
}

const isOrders = ({ flow }: Logged): boolean => flow !== null;

interface System {
  readonly flows: readonly Flow[];
  readonly participants: readonly Participant[];
}

/** The history is the one that it would make from the log alone. */
async function rebuilt(stores: World['stores'], logged: readonly Logged[], { flows, participants }: System): Promise<string[]> {
  const projection = participants.find(({ name }) => name === 'order-history');
  const kept = stores.get('order-history');
  if (!projection || !kept) return ['there is no order-history'];
  const store = memoryStore();
  const about = logged.filter(isOrders).map(({ message }) => message.value);
  const rebuilding = await byHand({ participant: projection, flows, store, newId: () => '00000000-0000-4000-8000-000000000000' });
  for await (const _ of rebuilding.take(about));
  const again = saidAgain(about);
  const [now, then] = [await historiesIn(kept, again), await historiesIn(store, again)];
  return [...now].flatMap(([orderId, row]) =>
    row === then.get(orderId) ? [] : [`the history of order ${orderId} is not what the log makes of it`],
  );
}

/**
 * A cancel that the customer says again, and an undo that a late success brings back, have another time under the same id. Of one that
 * waited aside meanwhile the later may be all that is taken.
 */
function saidAgain(values: readonly string[]): ReadonlySet<string> {
  const times = new Map<string, string>();
  const again = new Set<string>();
  for (const value of values) {
    const { id, time } = JSON.parse(value) as { readonly id: string; readonly time: string };
    if ((times.get(id) ?? time) !== time) again.add(id);
    times.set(id, time);
  }
  return again;
}

/** By order, as text, without the times that may be one or the other. */
async function historiesIn(store: Store, again: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const rows = (await store.select(historyTables.orders, {})) as readonly unknown[] as readonly RowOf<typeof historyTables.orders>[];
  return new Map(
    rows.map(({ orderId, createdAt, updatedAt, timeline, ...row }) => {
      const isAgain = (message: string): boolean => again.has(messageId(orderId, message));
      const isSure = !timeline.some(({ message }) => isAgain(message));
      const told = timeline.map(({ at, ...line }) => ({ ...line, at: isAgain(line.message) ? null : at }));
      return [orderId, JSON.stringify({ ...row, timeline: told, ...(isSure ? { createdAt, updatedAt } : {}) })];
    }),
  );
}
