/** A service at work: takes what is at hand, decides it in batches, publishes what was said. One loop a service and process. */
import { isError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { atHand, type Hand, type Job } from './at-hand.ts';
import { type BatchSetting, runBatch } from './batch.ts';
import { type Clock, pause } from './clock.ts';
import { flaggedLog } from './coordinator/flagged.ts';
import { plansOf } from './coordinator/plans.ts';
import { type Recipient, worksOf } from './delivery-work.ts';
import { owing } from './desk.ts';
import { type Log, observed, troubleLog } from './log.ts';
import { refuseUnfitNews } from './news-fit.ts';
import { type Calling, calling, refuseWithoutPort } from './outside/calling.ts';
import { wordWork } from './outside/hearing.ts';
import { isContradiction } from './outside/later-word.ts';
import type { Answered, Ports } from './outside/port.ts';
import type { Participant } from './participant.ts';
import { type Publisher, publisher } from './publisher.ts';
import { readingsOf } from './reading.ts';
import { rounds } from './rounds.ts';
import { tablesOf } from './service-tables.ts';
import type { Change, Store } from './store.ts';
import { refuseStranded } from './stranded.ts';
import type { ParkedRow } from './tables.ts';
import { tellAll, tellsOf } from './telling.ts';
import type { Transport } from './transport.ts';
import { nothing, type Work } from './work.ts';

export interface ServiceSetting {
  readonly participant: Participant;
  readonly flows: readonly Flow[];
  readonly store: Store;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** A name that a restarted process takes again. */
  readonly member: string;
  /** Whom it asks outside, by operation; not needed where nothing does. */
  readonly ports?: Ports;
  /** How many times as long as its last batch took it waits before it takes again; 0 for all but projections. */
  readonly rests?: number;
  /** Told after each commit: for live views and figures. */
  readonly committed?: (batch: BatchFigures) => void;
  readonly aside?: (row: ParkedRow) => void;
}

export interface BatchFigures {
  readonly service: string;
  readonly works: number;
  readonly said: number;
  readonly changes: readonly Change[];
  readonly milliseconds: number;
}

export interface ServiceHealth {
  readonly service: string;
  readonly up: boolean;
  /** What it cannot do, in words for a person. */
  readonly problems: readonly string[];
  /** Batches committed and not yet published, by this process or left behind by another. */
  readonly unsent: number;
}

export interface Service {
  readonly name: string;
  /** Joins the next batch; resolves when it is committed. Errors: SERVICE_STOPPED, STORE_UNAVAILABLE, or what its decision threw. */
  perform(job: Job): Promise<void>;
  /**
   * Takes in a word from outside (a webhook's). The first final word on what was asked counts; where none is awaited nothing changes, and
   * one that contradicts what is known here is a dead letter.
   * Errors: WORD_MISFIT, SERVICE_STOPPED, STORE_UNAVAILABLE.
   */
  hear(answered: Answered): Promise<void>;
  health(): ServiceHealth;
  /** Stops taking, finishes the batch, publishes if the broker is there, commits positions, leaves the group. */
  stop(): Promise<void>;
}

const storePause = 250;
/** Milliseconds that a stop waits for the broker; after that the outbox holds what was not sent. */
const publishGrace = 2_000;

/** Errors: NEWS_UNFIT, FLOW_VERSION_GONE, PARTICIPANT_TWO_DOS, PORT_MISSING, STORE_UNAVAILABLE, TRANSPORT_UNAVAILABLE. */
export async function startService(setting: ServiceSetting): Promise<Service> {
  const { participant, store, transport, clock, log } = setting;
  const service = participant.name;
  refuseUnfitNews(participant, setting.flows);
  const { ports = {} } = setting;
  refuseWithoutPort(participant, ports);
  const stop = new AbortController();
  const stopping = stop.signal;
  await refuseStranded(participant, setting.flows, store);
  const publishing = publisher({ transport, clock, log, service });
  const plans = await plansOf(participant, setting.flows, store, clock.now());
  const recipient: Recipient = { participant, readings: readingsOf(participant, setting.flows, plans.kept), plans };
  const { topics } = recipient.readings;
  const subscription = topics.length > 0 ? await transport.subscribe({ group: service, member: setting.member, topics }) : null;
  const hands = atHand({ service, subscription, publisher: publishing, clock, stopping, rests: setting.rests ?? 0 });
  const hear = async (answered: Answered): Promise<void> => hands.perform(wordWork(setting, answered));
  const outside = calling({ ...setting, ports, perform: hands.perform, hear, stopping });
  const decide = decider(setting, { recipient, publishing, outside, stopping });

  async function loop(): Promise<void> {
    while (!stopping.aborted) {
      const hand = await hands.next();
      if (await decide(hand)) subscription?.done(hand.deliveries);
    }
  }

  const running = loop();
  const telling = tellAll({ ...setting, perform: hands.perform, stopping });
  const timers = rounds({ ...setting, recipient, publisher: publishing, subscription, outside, perform: hands.perform, stopping });
  return {
    name: service,
    perform: hands.perform,
    hear,
    health: () => healthOf(service, store, transport, publishing),
    async stop() {
      stop.abort();
      await running;
      hands.close();
      await Promise.all([timers, telling]);
      await outside.over();
      await publishing.close(publishGrace);
      // What went out is not left behind for others to say again.
      if (publishing.published().length > 0)
        await decide({ deliveries: [], jobs: [{ keys: () => [], decide: () => nothing, parks: null }] });
      await subscription?.close();
    },
  };
}

interface Deciding {
  readonly recipient: Recipient;
  readonly publishing: Publisher;
  readonly outside: Calling;
  readonly stopping: AbortSignal;
}

/** Commits what is at hand, as often as it takes; false: the service stopped first, and the messages come again. */
function decider(setting: ServiceSetting, { recipient, publishing, outside, stopping }: Deciding): (hand: Hand) => Promise<boolean> {
  const { participant, store, clock, log } = setting;
  const service = participant.name;
  const trouble = troubleLog(log, service, 'a batch cannot be committed');
  const isOwing = owing(participant, setting.flows);
  const tellFlagged = flaggedLog(log, recipient.plans, service);
  const batch: BatchSetting = {
    store,
    tables: tablesOf(participant),
    newId: setting.newId,
    tells: tellsOf(participant),
    published: publishing.published,
    forget: publishing.forget,
    log,
    onAside(row) {
      const fields = {
        service,
        orderId: row.orderId,
        message: row.messageId,
        reader: row.reader,
        attempts: row.attempts,
        reason: row.reason,
      };
      if (isContradiction(row)) log.error(fields, 'a word from outside contradicts what is known here');
      else if (row.dead && isOwing(row)) log.error(fields, 'an order is FAILED: what is owed to it is a dead letter');
      else log.warn(fields, row.dead ? 'a message is a dead letter' : 'a message waits aside and is tried again');
      setting.aside?.(row);
    },
  };

  async function commit(works: readonly Work[]): Promise<void> {
    const began = performance.now();
    for await (const { outboxId, said, changes } of runBatch(batch, works)) {
      if (outboxId !== null) publishing.push(outboxId, said);
      outside.committed(changes);
      observed(log, 'of the desk', () => tellFlagged(changes));
      const figures = { service, works: works.length, said: said.length, changes, milliseconds: performance.now() - began };
      observed(log, 'of a batch', () => setting.committed?.(figures));
    }
    trouble.over();
  }

  return async ({ deliveries, jobs }) => {
    let works: Work[] = [...deliveries.flatMap((delivery) => worksOf(recipient, delivery)), ...jobs];
    while (works.length > 0) {
      try {
        await commit(works);
        return true;
      } catch (error) {
        trouble.met(error instanceof Error ? error.message : String(error));
        if (!isError(error, 'STORE_COMMIT_UNKNOWN') || stopping.aborted) works = turnAway(works, error);
        if (stopping.aborted) return false;
        await pause(clock, storePause, stopping);
      }
    }
    return true;
  };
}

/** A job has someone waiting for it, who is told; a message has nobody and is tried until it is done. */
function turnAway(works: readonly Work[], error: unknown): Work[] {
  for (const work of works) if (work.parks === null) work.settled?.(error instanceof Error ? error : new Error(String(error)));
  return works.filter(({ parks }) => parks !== null);
}

function healthOf(service: string, store: Store, transport: Transport, publishing: Publisher): ServiceHealth {
  const problems = [store.health().problem, transport.health().problem, publishing.backlogged() ? 'messages wait in the outbox' : ''];
  const met = problems.filter((problem) => problem !== '');
  return { service, up: store.health().up && transport.health().up, problems: met, unsent: publishing.unsent() };
}
