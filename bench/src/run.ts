/** One run: servers, databases, the whole system, its load, and what came of it. */
import { type Log, outbox, type Store, systemClock } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { placing } from '@ensemble/gateway';
import { audit, type Closing, closings, endedIn, type Env, flows, openLog, openStores, participants } from '@ensemble/server';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditing } from './auditing.ts';
import { type Flights, flights } from './flights.ts';
import { type Placing, startLoad } from './load.ts';
import { orders } from './orders.ts';
import { type Parts, startParts } from './parts.ts';
import { memory, moment } from './processes.ts';
import { progress } from './progress.ts';
import { reach } from './reaching.ts';
import { figures, type OrderCounts, type Result } from './result.ts';
import { seed } from './seed.ts';
import { type Below, openServers } from './servers.ts';
import { loadWords, type Setting } from './setting.ts';

export interface RunIo {
  readonly env: Env;
  /** A line about what it is doing. */
  readonly say: (line: string) => void;
  readonly interrupted: AbortSignal;
}

/** Milliseconds without any order ending, after which those that are left count as unfinished. */
const patience = 15_000;
/** Milliseconds until an order is placed again for one that the gateway did not take. */
const refusedPause = 250;

/** Leaves nothing behind, however it ends, unless it is told to keep. Errors: those of the servers; an AbortError when interrupted. */
export async function run(setting: Setting, io: RunIo): Promise<Omit<Result, 'beside'>> {
  const log = openLog('warn', true, io.say);
  const { closing, closeAll } = closings(log);
  try {
    const below = await openServers(setting, { ...io, log, closing });
    const stores = await openStores(participants, below.server, { config: below.config, log, closing });
    await seed(participants, stores);
    const { transport, config } = below;
    const { partitions, slot } = config;
    const flow = flows.find(({ name }) => name === setting.flow);
    if (!flow) throw new Error(`there is no ${setting.flow}`);
    const leaving = flow.document?.targets?.historyWithout ?? [];
    const parts = await startParts({ participants, flows, transport, stores, partitions, clock: systemClock, log, slot }, leaving);
    closing('the services', () => parts.stop());
    return await measure(setting, { flow, parts, below, stores, io, closing, log });
  } finally {
    io.say('stopping');
    await closeAll();
  }
}

interface Running {
  readonly flow: Flow;
  readonly parts: Parts;
  readonly below: Below;
  readonly stores: ReadonlyMap<string, Store>;
  readonly io: RunIo;
  readonly closing: Closing;
  readonly log: Log;
}

async function measure(setting: Setting, running: Running): Promise<Omit<Result, 'beside'>> {
  const { flow, parts, below, stores, io, closing, log } = running;
  const { say, interrupted } = io;
  const { pids } = below;
  const { flying, load } = place(setting, flow, parts, say);
  closing('the load', async () => load.stop());
  const told = progress(flying, say);
  closing('the progress', async () => told.stop());

  told.now(`warming up with ${loadWords(setting.load)}`);
  await sleep(setting.warmUp * 1_000, undefined, { signal: interrupted });
  told.now('measuring');
  const began = moment(pids);
  flying.turn();
  await sleep(setting.seconds * 1_000, undefined, { signal: interrupted });
  const tally = flying.turn();
  const over = moment(pids);
  const used = memory(pids);

  told.now('waiting for the orders under way');
  load.stop();
  await landed(flying, interrupted);
  told.stop();
  const placed = countsOf(flying);
  const counted = figures(tally, began, over);
  const site = { flow, parts, below, stores, log, closing, say, interrupted };
  const targets = flow.document?.targets ?? null;
  return {
    servers: below.about,
    ...counted,
    memory: used,
    orders: placed,
    targets: targets && (await reach(targets, setting, counted.ordersPerSecond, site)),
    audit: setting.audit ? await audited(stores, io) : null,
  };
}

/** Starts the load: the same orders in every run, through the gateway's own intake. */
function place(setting: Setting, flow: Flow, parts: Parts, say: RunIo['say']): { readonly flying: Flights; readonly load: Placing } {
  const gateway = parts.rest.services.get('gateway');
  if (!gateway) throw new Error('there is no gateway');
  const placementOf = orders(flow, setting.declined);
  const flying = flights(
    () => performance.now(),
    () => load.ended(),
    endedIn([flow], participants),
  );
  const refused = (orderId: string, error: unknown): void => {
    if (flying.counts.refused === 0) say(`an order was not taken: ${String(error)}`);
    flying.refused(orderId);
    setTimeout(() => load.ended(), refusedPause);
  };
  parts.watch((batch) => flying.hear(batch));
  const load = startLoad(setting.load, (due) => {
    const placement = placementOf(flying.counts.placed);
    const { orderId } = placement;
    flying.begin(orderId, due);
    gateway.perform(placing(placement).job).then(
      () => flying.taken(orderId),
      (error: unknown) => refused(orderId, error),
    );
  });
  return { flying, load };
}

/** Waits until every order has ended and its history says so, or nothing moves any more. */
async function landed(flying: Flights, signal: AbortSignal): Promise<void> {
  let [left, since] = [flying.underWay(), performance.now()];
  while (left > 0 && performance.now() - since < patience) {
    await sleep(20, undefined, { signal });
    if (flying.underWay() !== left) [left, since] = [flying.underWay(), performance.now()];
  }
}

function countsOf(flying: Flights): OrderCounts {
  const { placed, refused } = flying.counts;
  const unfinished = flying.unfinished();
  return { placed, refused, unfinished, untold: flying.underWay() - unfinished };
}

/** Outbox rows of what was sent go with a later batch, or after a second: the audit, which reads everything, comes after them. */
async function audited(stores: ReadonlyMap<string, Store>, { say, interrupted }: RunIo): Promise<NonNullable<Result['audit']>> {
  say('looking whether every order ended right');
  const sent = async (): Promise<boolean> =>
    (await Promise.all([...stores.values()].map((store) => store.select(outbox, { limit: 1 })))).every((rows) => rows.length === 0);
  const began = performance.now();
  while (!(await sent()) && performance.now() - began < patience) await sleep(50, undefined, { signal: interrupted });
  return auditing(() => audit(stores), { most: patience, between: 200, signal: interrupted });
}
