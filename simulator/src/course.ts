/** How an order goes, but for the failure that is looked at, so that it comes to the operation: through, or back. */
import { type Flow, type Operation, type Path, paths, type Row } from '@ensemble/flow';
import type { Participant } from '@ensemble/engine';
import { calm, type Driver } from './driver.ts';
import { fillable, type Order, refused } from './order.ts';
import { rest } from './rest.ts';
import { refusalOf, saysOf, type Site } from './site.ts';
import { openWorld } from './world.ts';

export interface Course {
  /** The flow's own path, as it is drawn. */
  readonly path: string;
  /** Its messages. */
  readonly messages: readonly string[];
  readonly order: Order;
  /** What has to go wrong for it, if the shop does not see to that itself. */
  readonly driver: Driver;
}

const everyKey = (flow: Flow, name: string): readonly string[] => drawn(flow).get(name) ?? [];

const known = new WeakMap<Flow, ReadonlyMap<string, readonly string[]>>();

/** The flow's paths by name, worked out once. */
export function drawn(flow: Flow): ReadonlyMap<string, readonly string[]> {
  const found = known.get(flow) ?? new Map(paths(flow).map(({ name, messages }: Path) => [name, messages]));
  known.set(flow, found);
  return found;
}

/** The order that is refused there. A real one where the shop has it and the flow comes so far with it; else by the driver. */
export async function refusing(flow: Flow, operation: Operation, participants: readonly Participant[]): Promise<Course | null> {
  const outcome = refusalOf(operation);
  if (outcome === undefined) return null;
  const path = `${operation.name} ${outcome}`;
  const order = refused.get(path);
  if (order && (await takes(flow, path, order, participants))) return { path, messages: everyKey(flow, path), order, driver: calm };
  const verdict: Driver['verdict'] = (call) => (call.operation === operation.name ? { kind: 'refuses', outcome } : { kind: 'decides' });
  return { path, messages: everyKey(flow, path), order: fillable, driver: { ...calm, verdict } };
}

const anOrder = '01920000-0000-7000-8000-000000000000';

/** The services that an order of the flow meets, and those whose news they keep: the others would but stand by. */
export const concerns =
  ({ coordinator, rows, watches }: Flow) =>
  ({ name, tells }: Participant): boolean =>
    name === 'gateway' ||
    name === coordinator ||
    Object.keys(tells).length > 0 ||
    [...rows, ...watches].some(({ reader }) => reader === name);

const tried = new WeakMap<readonly Participant[], Map<string, Promise<boolean>>>();

/** Whether an order takes this path by itself: tried once. */
function takes(flow: Flow, path: string, order: Order, participants: readonly Participant[]): Promise<boolean> {
  const before = tried.get(participants) ?? new Map<string, Promise<boolean>>();
  tried.set(participants, before);
  const name = `${flow.name}: ${path}`;
  const found = before.get(name) ?? tries(flow, path, order, participants);
  before.set(name, found);
  return found;
}

async function tries(flow: Flow, path: string, order: Order, participants: readonly Participant[]): Promise<boolean> {
  const world = await openWorld({ participants, flows: [flow], driver: calm, runs: concerns(flow) });
  try {
    await world.place(flow, anOrder, order);
    await rest(world, { desk: true, within: 3_600_000 });
    const said = new Set(world.network.logged.flatMap(({ key, about }) => (about === anOrder ? [key] : [])));
    return said.symmetricDifference(new Set(everyKey(flow, path))).size === 0;
  } finally {
    world.end();
  }
}

/** Through, if the operation is asked for there; else back, because some step refuses: not the one whose work it is to undo. */
export async function courseTo(site: Site, participants: readonly Participant[]): Promise<Course> {
  const { flow, operation } = site;
  if (site.kind === 'unasked') return through(flow, laterPath(site));
  const isOn = (path: string): boolean => site.asks.some((key) => everyKey(flow, path).includes(key));
  if (site.kind !== 'back' && isOn('completed')) return through(flow, 'completed');
  const done = flow.rows.filter(({ does }) => does.name === operation.of);
  const later = flow.rows.find(({ does }) => {
    const outcome = refusalOf(does);
    if (outcome === undefined || does.name === operation.of) return false;
    const messages = everyKey(flow, `${does.name} ${outcome}`);
    return (operation.kind !== 'undo' || successes(done).some((key) => messages.includes(key))) && isOn(`${does.name} ${outcome}`);
  });
  const course = later && (await refusing(flow, later.does, participants));
  return course ?? unheard(flow, done);
}

const through = (flow: Flow, path: string): Course => ({ path, messages: everyKey(flow, path), order: fillable, driver: calm });

/** As a flow names the path: by what is said where someone coordinates, else by the operation. */
const laterPath = ({ flow, operation, says }: Site): string => `later ${flow.plan ? says[0] : operation.name}`;

/** What is said where they succeed. */
export const successes = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap(({ does, says }) =>
    Object.entries(says).flatMap(([outcome, { key }]) => (does.spec.outcomes[outcome]?.refuses ? [] : [key])),
  );

/** Its answer is lost: given up, it is undone, and that finds something to undo. */
function unheard(flow: Flow, rows: readonly Row[]): Course {
  const says = saysOf(rows);
  const name = rows[0]?.does.name ?? '';
  const course = through(flow, `${name} unanswered`);
  const undos = flow.rows.filter(({ does }) => does.kind === 'undo' && does.of === name);
  const found = saysOf(undos.map(({ says: { nothing: _, ...words }, ...row }) => ({ ...row, says: words })));
  const nothing = undos.flatMap((row) => (row.says['nothing'] ? [row.says['nothing'].key] : []));
  return {
    ...course,
    messages: [...course.messages.filter((key) => !nothing.includes(key)), ...found],
    driver: { ...calm, fate: ({ key }) => (says.includes(key) ? { kind: 'lost' } : { kind: 'goes' }) },
  };
}
