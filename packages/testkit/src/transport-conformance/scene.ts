import type { Log } from '@ensemble/engine';
import type { Delivery, Outgoing, Subscription, Transport } from '@ensemble/engine/transport';
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TransportHarness } from './harness.ts';

export const partitions = 6;
export const anyAmount = { messages: 1_000, bytes: 524_288 };

/** Waits for a condition; fails with its words after the deadline (milliseconds). */
export const until = async (condition: () => boolean, words: () => string, deadline = 20_000): Promise<void> => {
  const end = performance.now() + deadline;
  while (!condition()) {
    if (performance.now() > end) assert.fail(`not within ${deadline} ms: ${words()}`);
    await wait(10);
  }
};

/** Messages m0 … with keys in turn, and the text of each as its value. */
export const messages = (topic: string, count: number, { keys = 12, prefix = 'm' } = {}): Outgoing[] =>
  Array.from({ length: count }, (_, at) => ({ topic, key: `key-${at % keys}`, value: `${prefix}${at}` }));

export const values = (list: readonly Pick<Delivery, 'value'>[]): string[] => list.map(({ value }) => value);

/** A worker: takes all the time, and says done unless told not to. */
export interface Worker {
  readonly subscription: Subscription;
  readonly taken: Delivery[];
  /** Resolves when take() ended. */
  readonly ended: Promise<void>;
}

export const work = (subscription: Subscription, { sayDone = true } = {}): Worker => {
  const taken: Delivery[] = [];
  const run = async (): Promise<void> => {
    for (;;) {
      const batch = await subscription.take(anyAmount);
      if (batch.length === 0) return;
      taken.push(...batch);
      if (sayDone) subscription.done(batch);
    }
  };
  return { subscription, taken, ended: run() };
};

/** The workers together have taken each of the values at least once. */
export const allTaken = async (expected: readonly string[], workers: readonly Worker[], deadline?: number): Promise<void> => {
  const missing = (): string[] => {
    const seen = new Set(workers.flatMap(({ taken }) => values(taken)));
    return expected.filter((value) => !seen.has(value));
  };
  await until(
    () => missing().length === 0,
    () => `${missing().length} of ${expected.length} messages missing: ${missing().slice(0, 10).join(' ')}`,
    deadline,
  );
};

export interface Scene {
  readonly topic: string;
  readonly group: string;
  /** A process that is closed at the end of the test. */
  process(log?: Log): Promise<Transport>;
  kill(transport: Transport): Promise<void>;
}

/** One test's topic (prepared), group and processes. */
export const scene = async (t: TestContext, harness: TransportHarness): Promise<Scene> => {
  const alive = new Set<Transport>();
  t.after(() => Promise.all([...alive].map((transport) => transport.close())));
  const process = async (log?: Log): Promise<Transport> => {
    const transport = await harness.create(log);
    alive.add(transport);
    return transport;
  };
  const kill = async (transport: Transport): Promise<void> => {
    alive.delete(transport);
    await harness.kill(transport);
  };
  const topic = harness.fresh('topic');
  await (await process()).prepare([topic], partitions);
  return { topic, group: harness.fresh('group'), process, kill };
};
