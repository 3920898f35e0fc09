/** Time passes only while nothing else can go on, to the next moment at which something may, until the world is at rest. */
import { asksOutside, calls, due, outbox, parked, type Participant, type Row, sagas, type Store, type Table } from '@ensemble/engine';
import type { World } from './world.ts';

export interface RestSetting {
  /** Whether what waits for a person counts as at rest. */
  readonly desk: boolean;
  /** Milliseconds; more, and something goes on for ever. */
  readonly within: number;
  /** Milliseconds without anything happening: by default a second. */
  readonly quiet?: number;
}

/** Milliseconds: services look this often for what is due. */
const round = 250;

/** Resolves when nobody waits for anything but what is down, held, or on the desk. */
export async function rest(world: World, { desk, within, quiet = 1_000 }: RestSetting): Promise<void> {
  const { network, witness } = world;
  const end = world.now() + within;
  let since = world.now();
  let happened = -1;
  for (;;) {
    await world.passes(0);
    const now = network.logged.length + witness.changes();
    if (now !== happened) [happened, since] = [now, world.now()];
    const waiting = await waitingIn(world, desk);
    if (waiting === null && world.now() - since >= quiet) return;
    if (world.now() > end) throw new Error(`not at rest: ${waiting?.what ?? 'something happens'}`);
    // What happens by itself soon may be before what is due: no further than a round then.
    const isSoon = waiting === null || world.now() - since < quiet || world.awaitsStart() || network.isLate();
    await world.passes(isSoon ? round : Math.max(waiting.until - world.now(), round));
  }
}

interface Waiting {
  /** In words. */
  readonly what: string;
  /** When it is due. */
  readonly until: number;
}

/** What is due first. */
async function waitingIn(world: World, desk: boolean): Promise<Waiting | null> {
  const soon = world.now() + round;
  const waiting: Waiting[] = [];
  if (world.awaitsStart()) waiting.push({ what: 'a process is to start', until: soon });
  if (world.network.isLate()) waiting.push({ what: 'a message is to arrive', until: soon });
  for (const participant of world.participants) {
    const { name } = participant;
    const store = world.stores.get(name);
    if (!store || world.isDown(name)) continue;
    const found = await waitingAt(store, participant, desk);
    waiting.push(...found.map(({ what, until }) => ({ what: `${name} has ${what}`, until: until ?? soon })));
  }
  return waiting.toSorted((a, b) => a.until - b.until)[0] ?? null;
}

type Found = readonly { readonly what: string; readonly until: number | null }[];

async function waitingAt(store: Store, participant: Participant, desk: boolean): Promise<Found> {
  const found = async (table: Table, what: string, time: string | null, waits: (row: Row) => boolean): Promise<Found> =>
    (await store.select(table, {})).filter(waits).map((row) => ({ what, until: time === null ? null : (row[time] as number | null) }));
  const isOff = (row: Row): boolean => !(desk && row['flagged'] === true);
  const all = await Promise.all([
    participant.coordinates ? found(sagas, 'a saga', 'dueAt', (row) => row['open'] === true && isOff(row)) : [],
    found(due, 'a deadline', 'dueAt', isOff),
    found(parked, 'something aside', 'nextAt', ({ dead }) => dead === false),
    asksOutside(participant) ? found(calls, 'a call outside', 'nextAt', () => true) : [],
    found(outbox, 'an outbox', null, () => true),
  ]);
  return all.flat();
}
