/** What a service has at hand: messages of its subscription while there is room for what they will say, and jobs always. */
import { EnsembleError } from '@ensemble/errors';
import { type Clock, pause } from './clock.ts';
import type { Publisher } from './publisher.ts';
import type { Delivery, Subscription, TakeLimit } from './transport.ts';
import type { Work } from './work.ts';

/** What one batch takes at the most; a lone message does not wait for company. */
const batchLimit = { messages: 1_000, bytes: 512 * 1024 };
/** Of one who rests: the more, the fewer rows it writes. */
const largeLimit = { messages: 4_000, bytes: 2 * 1024 * 1024 };
/** Milliseconds. */
const longestRest = 400;
/** Milliseconds between two looks at a subscription that was closed under the service. */
const closedPause = 250;

/** More may be there than was taken. */
const isFull = (taken: readonly Delivery[], limit: TakeLimit): boolean =>
  taken.length >= limit.messages || taken.reduce((sum, { value }) => sum + value.length, 0) >= 0.75 * limit.bytes;

export interface Hand {
  readonly deliveries: readonly Delivery[];
  readonly jobs: readonly Work[];
}

/** A work from within the process. One that can wait aside is parked when it fails; any other's caller is told. */
export type Job = Pick<Work, 'keys' | 'decide'> & { readonly parks?: Work['parks'] };

export interface AtHand {
  /** Waits until there is something; an empty hand means that the service is stopping. */
  next(): Promise<Hand>;
  /** Resolves when the job's batch is committed. Errors: SERVICE_STOPPED, STORE_UNAVAILABLE, or what its decision threw. */
  perform(job: Job): Promise<void>;
  /** Turns away the jobs that were not taken. */
  close(): void;
}

export function atHand(setting: {
  readonly service: string;
  readonly subscription: Subscription | null;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  /** How many times as long as its last batch took it waits before it takes again; behind a full batch it does not wait. */
  readonly rests: number;
}): AtHand {
  const { subscription, clock, rests, stopping } = setting;
  const limit = rests > 0 ? largeLimit : batchLimit;
  const jobs: Work[] = [];
  let taking: Promise<readonly Delivery[]> | null = null;
  /** When the last batch began, if a rest is due after it. */
  let began: number | null = null;
  let ring = (): void => undefined;
  const stopped = (): EnsembleError => new EnsembleError('SERVICE_STOPPED', `${setting.service} is stopping`);
  stopping.addEventListener('abort', () => ring());

  async function take(from: Subscription): Promise<readonly Delivery[]> {
    const rest = began === null ? 0 : Math.min(rests * (clock.now() - began), longestRest);
    if (rest > 0) await pause(clock, rest, stopping);
    await setting.publisher.room(stopping);
    const taken = await from.take(limit, stopping);
    began = isFull(taken, limit) ? null : clock.now();
    if (taken.length === 0) await pause(clock, closedPause, stopping);
    return taken;
  }

  async function next(): Promise<Hand> {
    const rung = new Promise<null>((resolve) => {
      ring = () => resolve(null);
    });
    if (subscription) taking ??= take(subscription);
    if (jobs.length > 0 || stopping.aborted) ring();
    const deliveries = await (taking ? Promise.race([taking, rung]) : rung);
    if (deliveries) taking = null;
    return { deliveries: deliveries ?? [], jobs: jobs.splice(0, batchLimit.messages) };
  }

  return {
    next,
    perform: (job) =>
      new Promise((resolve, reject) => {
        if (stopping.aborted) return reject(stopped());
        const parks = job.parks ?? null;
        jobs.push({ ...job, parks, settled: (error) => (error && !parks ? reject(error) : resolve()) });
        ring();
      }),
    close() {
      for (const job of jobs.splice(0)) job.settled?.(stopped());
    },
  };
}
