/** A service worked by hand, batch by batch, by the code that its loop runs: for test kits and simulation. */
import type { Flow } from '@ensemble/flow';
import { type Committed, runBatch } from './batch.ts';
import { plansOf } from './coordinator/plans.ts';
import { type Arrival, worksOf } from './delivery-work.ts';
import { silentLog } from './log.ts';
import { wordWork } from './outside/hearing.ts';
import type { Answered } from './outside/port.ts';
import type { Participant } from './participant.ts';
import { readingsOf } from './reading.ts';
import { dueRetries } from './retries.ts';
import { tablesOf } from './service-tables.ts';
import type { Store } from './store.ts';
import { tellsOf } from './telling.ts';
import type { Work } from './work.ts';

export interface ByHand {
  /** One batch of these messages, as they are on the wire, and words from outside; gives what was committed, as `runBatch` does. */
  take(arrivals: readonly (string | Answered)[]): AsyncGenerator<Committed, void>;
  /** One batch of what waits aside and is due at this time. */
  retry(now: number): AsyncGenerator<Committed, void>;
}

export interface ByHandSetting {
  readonly participant: Participant;
  readonly flows: readonly Flow[];
  readonly store: Store;
  readonly newId: () => string;
}

export async function byHand({ participant, flows, store, newId }: ByHandSetting): Promise<ByHand> {
  const plans = await plansOf(participant, flows, store, 0);
  const recipient = { participant, readings: readingsOf(participant, flows, plans.kept), plans };
  const setting = {
    store,
    tables: tablesOf(participant),
    newId,
    tells: tellsOf(participant),
    published: () => [],
    forget: () => undefined,
    onAside: () => undefined,
    log: silentLog,
  };
  const arrival = (value: string, at: number): Arrival => ({
    topic: 'by-hand',
    partition: 0,
    offset: BigInt(at),
    key: '',
    value,
    timestamp: 0,
  });
  return {
    async *take(arrivals) {
      const failed: Error[] = [];
      const settled = (error: Error | null): void => void (error && failed.push(error));
      const works = arrivals.flatMap((each, at): readonly Work[] =>
        typeof each === 'string'
          ? worksOf(recipient, arrival(each, at))
          : [{ ...wordWork({ participant, flows }, each), parks: null, settled }],
      );
      yield* runBatch(setting, works);
      if (failed[0]) throw failed[0];
    },
    async *retry(now) {
      yield* runBatch(setting, await dueRetries(store, recipient, async () => now));
    },
  };
}
