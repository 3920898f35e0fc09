/** What a service does now and then: clear its outbox, publish what was left behind, try parked messages again, fire deadlines. */
import type { Job } from './at-hand.ts';
import { type Clock, pause } from './clock.ts';
import { deadlines } from './coordinator/deadlines.ts';
import type { Recipient } from './delivery-work.ts';
import { publishLeftovers } from './leftovers.ts';
import { type Log, troubleLog } from './log.ts';
import type { Publisher } from './publisher.ts';
import { dueRetries } from './retries.ts';
import type { Store } from './store.ts';
import type { Subscription, Transport } from './transport.ts';
import { nothing } from './work.ts';

interface Rounds {
  readonly store: Store;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly recipient: Recipient;
  readonly publisher: Publisher;
  readonly subscription: Subscription | null;
  readonly perform: (job: Job) => Promise<void>;
  readonly stopping: AbortSignal;
}

const outboxRound = 1_000;
const retryRound = 250;
const deadlineRound = 250;

/** Resolves when the service is stopping and every round has ended. */
export async function rounds(setting: Rounds): Promise<void> {
  const { store, recipient, subscription, perform, stopping } = setting;
  const { participant, plans } = recipient;
  /** A batch of its own where there is no other: what was published goes with it. */
  const decided = async (): Promise<number> => {
    let time = 0;
    await perform({
      keys: () => [],
      decide(_, now) {
        time = now;
        return nothing;
      },
    });
    return time;
  };
  const all = [
    every(setting, outboxRound, 'the outbox cannot be cleared', async () => {
      const now = await decided();
      while (!stopping.aborted && (await publishLeftovers(setting, now)) > 0);
    }),
    every(setting, retryRound, 'parked messages cannot be tried again', async () => {
      const works = await dueRetries(store, recipient, decided);
      await Promise.all(works.map((work) => perform(work)));
    }),
  ];
  if (participant.coordinates && subscription) {
    const round = deadlines({ ...setting, plans, coordinator: participant.name, subscription, decided });
    all.push(every(setting, deadlineRound, 'deadlines cannot be fired', round));
  }
  await Promise.all(all);
}

async function every(
  { clock, log, recipient, stopping }: Rounds,
  milliseconds: number,
  what: string,
  round: () => Promise<void>,
): Promise<void> {
  const trouble = troubleLog(log, recipient.participant.name, what);
  while (!stopping.aborted) {
    await pause(clock, milliseconds, stopping);
    if (stopping.aborted) return;
    try {
      await round();
      trouble.over();
    } catch (error) {
      if (!stopping.aborted) trouble.met(error instanceof Error ? error.message : String(error));
    }
  }
}
