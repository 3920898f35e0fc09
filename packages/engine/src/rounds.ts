/** What a service does now and then: clear its outbox, publish what was left behind, try parked messages again, ask outside again, fire deadlines. */
import type { Flow } from '@ensemble/flow';
import type { Job } from './at-hand.ts';
import { type Clock, pause } from './clock.ts';
import { deadlines, type Overdue, overdueSagas } from './coordinator/deadlines.ts';
import type { Recipient } from './delivery-work.ts';
import { overdueOrders } from './due-work.ts';
import { publishLeftovers } from './leftovers.ts';
import { type Log, troubleLog } from './log.ts';
import type { Calling } from './outside/calling.ts';
import type { Publisher } from './publisher.ts';
import { ownRows } from './own-rows.ts';
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
  readonly flows: readonly Flow[];
  readonly publisher: Publisher;
  readonly outside: Calling;
  readonly subscription: Subscription | null;
  readonly perform: (job: Job) => Promise<void>;
  readonly stopping: AbortSignal;
}

const outboxRound = 1_000;
const retryRound = 250;
const callRound = 250;
const deadlineRound = 250;

/** Resolves when the service is stopping and every round has ended. */
export async function rounds(setting: Rounds): Promise<void> {
  const { store, recipient, flows, subscription, perform, log, stopping } = setting;
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
    every(setting, callRound, 'calls to the outside world cannot be made again', () => setting.outside.round(decided)),
  ];
  const clocks: Overdue[] = [];
  if (participant.coordinates) clocks.push(overdueSagas(plans, participant.name));
  if (flows.some((flow) => ownRows(flow, participant.name).deadline)) clocks.push(overdueOrders({ participant, flows, log }));
  if (subscription)
    for (const overdue of clocks)
      all.push(every(setting, deadlineRound, 'deadlines cannot be fired', deadlines({ ...setting, subscription, decided }, overdue)));
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
