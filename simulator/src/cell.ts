/** One order, one operation, one failure: what became of it, and what does not hold. */
import type { Participant } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { concerns, courseTo, type Course, refusing } from './course.ts';
import { both, calm, type Driver } from './driver.ts';
import type { Failure } from './failures.ts';
import { unfinishedIn, unsoundIn } from './held.ts';
import { byCard } from './order.ts';
import { mend } from './mend.ts';
import { rest } from './rest.ts';
import type { Site } from './site.ts';
import { needsOf } from './needs.ts';
import { type State, stateOf } from './state.ts';
import { type Sums, sumsOf } from './sums.ts';
import { openWorld, type World } from './world.ts';

/** An order once nothing goes on by itself. */
export interface Stage {
  readonly state: State;
  readonly sums: Sums;
  /** What a person has to see to, so that it ends. */
  readonly needs: readonly string[];
  /** What is never right, as long as the order has not ended neither (design §8). */
  readonly wrong: readonly string[];
  /** What has still to come. */
  readonly lacks: readonly string[];
}

export interface Outcome extends Stage {
  /** The same, before a person mended what went wrong; null: nobody had to. */
  readonly before: Stage | null;
  /** Every message that the log took, and how often, in the flow's order. */
  readonly said: ReadonlyMap<string, number>;
  readonly course: Course;
}

const orderId = '01920000-0000-7000-8000-000000000001';
/** Milliseconds: an undo is asked for a quarter of an hour before it is a person's, and on the desk every five minutes. */
const longest = 3_600_000;

export async function runCell(site: Site, failure: Failure, participants: readonly Participant[]): Promise<Outcome> {
  const { flow } = site;
  let isMended = false;
  const { course, driver } = await scripted(site, failure, participants, () => isMended);
  const world = await openWorld({ participants, flows: [flow], driver, runs: concerns(flow) });
  try {
    await world.place(flow, orderId, course.order);
    await rest(world, { desk: true, within: longest });
    let isTold = site.kind !== 'unasked';
    const tell = async (): Promise<void> => {
      isTold ||= await isSaid(world, site);
    };
    await tell();
    await tell();
    const before = failure.mended ? await stageOf(world, flow, orderId) : null;
    if (failure.mended) {
      isMended = true;
      await mend(world);
      await tell();
      await rest(world, { desk: false, within: longest });
    }
    const end = await stageOf(world, flow, orderId);
    return { ...end, wrong: [...end.wrong, ...unasked(world, site, failure)], before, said: saidIn(world, flow, orderId), course };
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
export const cameOf = async (world: World, flow: Flow, orderId: string): Promise<Pick<Outcome, 'state' | 'needs' | 'said' | 'sums'>> => {
  const state = await stateOf(world, flow, orderId);
  return {
    state,
    needs: await needsOf(world, flow, orderId, state),
    said: saidIn(world, flow, orderId),
    sums: await sumsOf(world.stores, orderId),
  };
};

async function stageOf(world: World, flow: Flow, orderId: string): Promise<Stage> {
  const { said: _, ...came } = await cameOf(world, flow, orderId);
  return { ...came, wrong: await unsoundIn(world), lacks: await unfinishedIn(world) };
}

/** A failure of those outside that they were never asked for is none. */
const unasked = ({ outside }: World, { operation }: Site, failure: Failure): readonly string[] =>
  failure.outside && !outside.done().some(({ key }) => key === `${orderId}/${operation.name}`)
    ? [`nobody was asked for ${operation.name}`]
    : [];

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
