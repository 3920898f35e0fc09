/** One order, one operation, one failure: what became of it, and what does not hold. */
import type { Participant } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { courseTo, type Course, refusing } from './course.ts';
import { both, calm, type Driver } from './driver.ts';
import type { Failure } from './failures.ts';
import { held } from './held.ts';
import { byCard } from './order.ts';
import { mend } from './mend.ts';
import { rest } from './rest.ts';
import type { Site } from './site.ts';
import { type State, stateOf } from './state.ts';
import { type Sums, sumsOf } from './sums.ts';
import { openWorld, type World } from './world.ts';

export interface Outcome {
  /** Once nothing goes on by itself. */
  readonly state: State;
  /** The same, before a person mended what went wrong; null: nobody had to. */
  readonly before: State | null;
  /** Every message that the log took, and how often, in the flow's order. */
  readonly said: ReadonlyMap<string, number>;
  readonly sums: Sums;
  /** What does not hold (design §8). */
  readonly findings: readonly string[];
  readonly course: Course;
}

const orderId = '01920000-0000-7000-8000-000000000001';
/** Milliseconds: an undo is asked for a quarter of an hour before it is a person's, and on the desk every five minutes. */
const longest = 3_600_000;

export async function runCell(site: Site, failure: Failure, participants: readonly Participant[]): Promise<Outcome> {
  const { flow } = site;
  let isMended = false;
  const { course, driver } = await scripted(site, failure, participants, () => isMended);
  const world = await openWorld({ participants, flows: [flow], driver });
  try {
    await world.place(flow, orderId, course.order);
    await rest(world, { desk: true, within: longest });
    let isTold = site.kind !== 'unasked';
    const tell = async (): Promise<void> => {
      isTold ||= await isSaid(world, site);
    };
    await tell();
    await tell();
    const before = failure.mended ? await stateOf(world, flow, orderId) : null;
    if (failure.mended) {
      isMended = true;
      await mend(world);
      await tell();
      await rest(world, { desk: false, within: longest });
    }
    return { ...(await cameOf(world, flow, orderId)), before, findings: await held(world), course };
  } finally {
    world.end();
  }
}

/** What drives the order of a cell, and the course that it is on but for the failure. */
export async function scripted(
  site: Site,
  failure: Failure,
  participants: readonly Participant[],
  isMended: () => boolean,
): Promise<{ readonly course: Course; readonly driver: Driver }> {
  const refuses = failure.name === 'refuses' ? await refusing(site.flow, site.operation, participants) : null;
  const course = refuses ?? (await courseTo(site, participants));
  const order = failure.outside ? { ...course.order, ...byCard } : course.order;
  return { course: { ...course, order }, driver: both({ ...calm, ...failure.script(site, isMended) }, course.driver) };
}

/** What came of an order. */
export const cameOf = async (world: World, flow: Flow, orderId: string): Promise<Pick<Outcome, 'state' | 'said' | 'sums'>> => ({
  state: await stateOf(world, flow, orderId),
  said: saidIn(world, flow, orderId),
  sums: await sumsOf(world.stores, orderId),
});

/** Whoever has a service speak unasked is told when it could not. A process that dies of it tells nobody. */
async function isSaid(world: World, { operation, flow }: Site): Promise<boolean> {
  let isSaid = true;
  world.speaks(operation, flow, orderId).catch(() => {
    isSaid = false;
  });
  await rest(world, { desk: true, within: longest });
  return isSaid;
}

function saidIn({ network }: World, flow: Flow, orderId: string): ReadonlyMap<string, number> {
  const rank = (key: string): number => flow.places.get(key)?.rank ?? 0;
  const times = new Map<string, number>();
  for (const { key, about } of network.logged) if (about === orderId) times.set(key, (times.get(key) ?? 0) + 1);
  return new Map([...times].toSorted(([a], [b]) => rank(a) - rank(b)));
}
