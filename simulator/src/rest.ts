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
    const isQuiet = world.now() - since >= quiet;
    const expected = world.expects();
    // What happens by itself soon may be before what is due: no further than a round then.
    const waiting = isQuiet ? await waitingIn(world, desk) : { what: 'something happens', until: world.now() };
    if (waiting === null && expected === Number.POSITIVE_INFINITY) return;
    if (world.now() > end) throw new Error(`not at rest: ${waiting?.what ?? 'something is expected'}`);
    const until = Math.max(waiting?.until ?? expected, world.now() + round);
    await world.passes(Math.max(Math.min(until, expected) - world.now(), 1));
  }
}

interface Waiting {
  /** In words. */
  readonly what: string;
  /** When it is due. */
  readonly until: number;
}

type Found = readonly { readonly what: string; readonly until: number | null }[];

/** What is due first. */
async function waitingIn(world: World, desk: boolean): Promise<Waiting | null> {
  const soon = world.now() + round;
  const up = world.participants.filter(({ name }) => !world.isDown(name));
  const flagged = desk ? await flaggedIn(world, up) : new Set<unknown>();
  const waiting: Waiting[] = [];
  for (const participant of up) {
    const store = world.stores.get(participant.name);
    const found = store ? await waitingAt(store, participant, (row) => !flagged.has(row['orderId'])) : [];
    waiting.push(...found.map(({ what, until }) => ({ what: `${participant.name} has ${what}`, until: until ?? soon })));
  }
  return waiting.toSorted((a, b) => a.until - b.until)[0] ?? null;
}

/** The orders on the desk: what is asked for them goes on being asked. */
async function flaggedIn({ stores }: World, up: readonly Participant[]): Promise<ReadonlySet<unknown>> {
  const onDesk = async (service: string, table: Table): Promise<readonly Row[]> =>
    (await stores.get(service)?.select(table, { where: [['flagged', '=', true]] })) ?? [];
  const flagged = up.flatMap(({ name, coordinates }) => (coordinates ? [sagas, due] : [due]).map((table) => onDesk(name, table)));
  return new Set((await Promise.all(flagged)).flat().map(({ orderId }) => orderId));
}

async function waitingAt(store: Store, participant: Participant, goesOn: (row: Row) => boolean): Promise<Found> {
  const found = async (table: Table, what: string, time: string | null, waits: (row: Row) => boolean): Promise<Found> =>
    (await store.select(table, {})).filter(waits).map((row) => ({ what, until: time === null ? null : (row[time] as number | null) }));
  const all = await Promise.all([
    participant.coordinates ? found(sagas, 'a saga', 'dueAt', (row) => row['open'] === true && goesOn(row)) : [],
    found(due, 'a deadline', 'dueAt', goesOn),
    found(parked, 'something aside', 'nextAt', ({ dead }) => dead === false),
    asksOutside(participant) ? found(calls, 'a call outside', 'nextAt', goesOn) : [],
    found(outbox, 'an outbox', null, () => true),
  ]);
  return all.flat();
}
