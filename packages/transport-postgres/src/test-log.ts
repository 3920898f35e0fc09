import type { Log } from '@ensemble/engine';
import { silentLog } from '@ensemble/engine';
import type { Delivery, Outgoing, Subscription } from '@ensemble/engine/transport';
import { migrate } from '@ensemble/store-postgres';
import { testServers } from '@ensemble/testkit/servers';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Connected, connect } from './connect.ts';
import type { Link } from './link.ts';
import { openLinks } from './links.ts';
import { logMigrations } from './main.ts';
import type { PostgresTransportOptions } from './options.ts';

/** A log's tables in a schema that is made for them. */
export async function makeLog(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create schema ${schema}`);
  await client.end();
  const there = new URL(url);
  there.searchParams.set('options', `-c search_path=${schema}`);
  await migrate({ url: there.href, sources: [{ name: 'log', directory: fileURLToPath(logMigrations) }] });
}

/** A log of a test's own, on the test command's server. */
export interface TestLog {
  readonly url: string;
  readonly schema: string;
  /** A process that is closed at the end of the test. */
  process(options?: Partial<PostgresTransportOptions>): Connected;
  /** A connection to look at the tables with. */
  link(log?: Log): Link;
}

export async function testLog(t: TestContext): Promise<TestLog> {
  const url = testServers().databaseUrl;
  const schema = `log_${randomUUID().slice(0, 8)}`;
  await makeLog(url, schema);
  return {
    url,
    schema,
    process(options) {
      const transport = connect({ url, schema, ...options });
      t.after(() => transport.close());
      return transport;
    },
    link(log = silentLog) {
      const { reader, writer } = openLinks(url, schema, log);
      t.after(() => Promise.all([reader.close(), writer.close()]));
      return reader;
    },
  };
}

export const messages = (count: number, value: (at: number) => string = String): Outgoing[] =>
  Array.from({ length: count }, (_, at) => ({ topic: 'orders', key: `key-${at % 12}`, value: value(at) }));

/** Whether a condition came true within so many milliseconds. */
export async function within(milliseconds: number, condition: () => boolean): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!condition() && performance.now() < end) await wait(5);
  return condition();
}

/** Takes until there are so many; says done of each batch. */
export async function takeAll(subscription: Subscription, count: number): Promise<readonly Delivery[]> {
  const taken: Delivery[] = [];
  const deadline = AbortSignal.timeout(30_000);
  while (taken.length < count) {
    const batch = await subscription.take({ messages: 1_000, bytes: 524_288 }, deadline);
    if (batch.length === 0) throw new Error(`${taken.length} of ${count} messages`);
    taken.push(...batch);
    subscription.done(batch);
  }
  return taken;
}
