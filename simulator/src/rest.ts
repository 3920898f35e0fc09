/** Time passes only while nothing else can go on, to the next moment at which something may, until the world is at rest. */
import { asksOutside, calls, due, outbox, parked, type Participant, type Row, sagas, type Store, type Table } from '@ensemble/engine';
import type { World } from './world.ts';

export interface RestSetting {
  /** Whether what waits for a person counts as at rest. */
  readonly desk: boolean;
  /** Milliseconds; more, and something goes on for ever. */
  readonly within: number;
  /** Milliseconds without anything happening: by default one look. */
  readonly quiet?: number;
}

/** Milliseconds: services look this often for what is due. */
const round = 250;
/** Milliseconds: and clear what they have sent this often. */
const cleared = 1_000;

/** Resolves when nobody waits for anything but what is down, held, or on the desk. */
export async function rest(world: World, { desk, within, quiet = round }: RestSetting): Promise<void> {
  const end = world.now() + within;
  let since = world.now();
  await settles(world);
  for (;;) {
    const isQuiet = world.now() - since >= quiet;
    const expected = world.expects();
    // What happens by itself soon may be before what is due: no further than a round then.
    const waiting = isQuiet ? await waitingIn(world, desk) : { what: 'something happens', until: world.now() };
    if (waiting === null && expected === Number.POSITIVE_INFINITY) return;
    if (world.now() > end) throw new Error(`not at rest: ${waiting?.what ?? 'something is expected'}`);
    const until = Math.max(waiting?.until ?? expected, world.now() + round);
    const before = happened(world);
    await world.passes(Math.max(Math.min(until, expected) - world.now(), 1));
    if (happened(world) === before) continue;
    await settles(world);
    since = world.now();
  }
}

/** How much has. */
const happened = ({ network, witness }: World): number => network.logged.length + witness.changes();

/** Lets everything go on that can without time. */
async function settles(world: World): Promise<void> {
  for (let before = -1; before !== happened(world); ) {
    before = happened(world);
    await world.passes(0);
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
  const now = world.now();
  const up = world.participants.filter(({ name }) => !world.isDown(name));
  const flagged = desk ? await flaggedIn(world, up) : new Set<unknown>();
  const found = up.map(async (participant) => {
    const store = world.stores.get(participant.name);
    return store ? waitingAt(store, participant, { now, goesOn: (row) => !flagged.has(row['orderId']) }) : [];
  });
  return (await Promise.all(found)).flat().toSorted((a, b) => a.until - b.until)[0] ?? null;
}

/** The orders on the desk: what is asked for them goes on being asked. */
async function flaggedIn({ stores }: World, up: readonly Participant[]): Promise<ReadonlySet<unknown>> {
  const onDesk = async (service: string, table: Table): Promise<readonly Row[]> =>
    (await stores.get(service)?.select(table, { where: [['flagged', '=', true]] })) ?? [];
  const flagged = up.flatMap(({ name, coordinates }) => (coordinates ? [sagas, due] : [due]).map((table) => onDesk(name, table)));
  return new Set((await Promise.all(flagged)).flat().map(({ orderId }) => orderId));
}

interface Looking {
  readonly now: number;
  /** Whether a row's order is not on the desk. */
  readonly goesOn: (row: Row) => boolean;
}

async function waitingAt(store: Store, participant: Participant, { now, goesOn }: Looking): Promise<readonly Waiting[]> {
  const { name } = participant;
  const found = async (
    table: Table,
    what: string,
    waits: (row: Row) => boolean,
    until: (row: Row) => unknown,
  ): Promise<readonly Waiting[]> =>
    (await store.select(table, {})).filter(waits).map((row) => ({ what: `${name} has ${what}`, until: (until(row) ?? now) as number }));
  const all = [
    found(due, 'a deadline', goesOn, ({ dueAt }) => dueAt),
    found(
      parked,
      'something aside',
      ({ dead }) => dead === false,
      ({ nextAt }) => nextAt,
    ),
    found(
      outbox,
      'an outbox',
      () => true,
      () => now + cleared,
    ),
    ...(participant.coordinates
      ? [
          found(
            sagas,
            'a saga',
            (row) => row['open'] === true && goesOn(row),
            ({ dueAt }) => dueAt,
          ),
        ]
      : []),
    ...(asksOutside(participant) ? [found(calls, 'a call outside', goesOn, ({ nextAt }) => nextAt)] : []),
  ];
  return (await Promise.all(all)).flat();
}
