/** What must always hold (design §8), once an order has come to rest: the databases by the audit, the log against them. */
import type { Envelope, Participant, Store } from '@ensemble/engine';
import { byHand } from '@ensemble/engine/by-hand';
import type { Flow } from '@ensemble/flow';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { audit } from '@ensemble/server';
import { memoryStore } from '@ensemble/store-memory';
import type { Logged } from './network.ts';
import type { World } from './world.ts';

/** Says what does not hold; an empty list: everything does. */
export async function held(world: World): Promise<readonly string[]> {
  const { stores, network, witness, flows, participants } = world;
  return [
    ...(await audit(stores)),
    ...reached(witness.said, network),
    ...endedOnce(network.logged, flows),
    ...(await rebuilt(stores, network.logged, { flows, participants })),
  ];
}

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

/** Each projection's rows are those that it would make from the log alone. */
async function rebuilt(stores: World['stores'], logged: readonly Logged[], { flows, participants }: System): Promise<string[]> {
  const projection = participants.find(({ name }) => name === 'order-history');
  const kept = stores.get('order-history');
  if (!projection || !kept) return ['there is no order-history'];
  const store = memoryStore();
  const rebuilding = await byHand({ participant: projection, flows, store, newId: () => '00000000-0000-4000-8000-000000000000' });
  for await (const _ of rebuilding.take(logged.filter(isOrders).map(({ message }) => message.value)));
  const rows = async (from: Store): Promise<string> =>
    JSON.stringify(await from.select(historyTables.orders, { orderBy: [['orderId', 'asc']] }));
  return (await rows(store)) === (await rows(kept)) ? [] : ['the history is not what the log makes of it'];
}
