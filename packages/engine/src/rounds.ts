/** What a service does now and then: clear its outbox, publish what was left behind, try parked messages again, fire deadlines. */
import type { Job } from './at-hand.ts';
import { type Clock, pause } from './clock.ts';
import { fireDeadlines } from './coordinator/deadlines.ts';
import type { Recipient } from './delivery-work.ts';
import { clearPublished, publishLeftovers } from './leftovers.ts';
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
  const { store, clock, recipient, publisher, subscription, perform, stopping } = setting;
  const { participant, plans } = recipient;
  const now = (): number => clock.now();
  const since = clock.now();
  const decided = (): Promise<void> => perform({ keys: () => [], decide: () => nothing });
  const all = [
    every(setting, outboxRound, 'the outbox cannot be cleared', async () => {
      await clearPublished({ publisher, perform });
      await publishLeftovers({ ...setting, now });
    }),
    every(setting, retryRound, 'parked messages cannot be tried again', async () => {
      const works = await dueRetries(store, recipient, now());
      await Promise.all(works.map((work) => perform(work)));
    }),
  ];
  if (participant.coordinates && subscription) {
    const deadlines = { store, plans, coordinator: participant.name, publisher, subscription, perform, decided, now, since, stopping };
    all.push(every(setting, deadlineRound, 'deadlines cannot be fired', () => fireDeadlines(deadlines)));
  }
  await Promise.all(all);
}

async function every({ clock, log, recipient, stopping }: Rounds, milliseconds: number, what: string, round: () => Promise<void>): Promise<void> {
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
