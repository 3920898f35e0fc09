/** Servers that go away under load and come back: orders are taken as long as there is a database, and nothing is lost or shouted about. */
import { deepEqual, ok } from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LocalKafka, startKafka } from '@ensemble/local-kafka';
import { type LocalPostgres, startPostgres } from '@ensemble/local-postgres';
import { testServers } from '@ensemble/testkit/servers';
import type { DatabaseServer } from '../../src/databases.ts';
import { until } from '../until.ts';
import { chance } from '../../src/chance.ts';
import { type Customers, customers } from './customers.ts';
import { inspect, openAccounts, untilEnded } from './databases.ts';
import { type Program, programOf } from './program.ts';
import { findings } from './promises.ts';

/** Lines on stderr that an outage may cost: one when it begins, one when it is over, and a few about what was in flight. */
const fewLines = 12;
const installation = 'ensemble';
const seed = Math.floor(Math.random() * 1e9);
console.log(`seed ${seed}`);

describe('servers that go away under load', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-faults-'));
  const startBroker = (): Promise<LocalKafka> => startKafka({ dir: join(dir, 'kafka'), cache: testServers().kafkaCache });
  let postgres: LocalPostgres;
  let kafka: LocalKafka;
  let server: DatabaseServer;
  let program: Program;
  let crowd: Customers;

  before(async () => {
    chmodSync(dir, 0o711); // as root PostgreSQL runs as another user, who has to get in
    [postgres, kafka] = await Promise.all([startPostgres({ dir }), startBroker()]);
    server = { adminUrl: postgres.url, secret: new URL(postgres.url).password, embedded: false };
    program = programOf({ flags: ['--partitions', '3'], env: { DATABASE_URL: postgres.url, KAFKA_BROKERS: kafka.brokers } });
    await program.start();
    await inspect(server, installation, openAccounts);
    crowd = customers(() => program.url(), chance(seed));
    crowd.burst();
    await until(() => crowd.answered() > 40);
  });
  after(async () => {
    crowd.leave();
    await program.kill();
    await Promise.all([postgres.stop(), kafka.stop()]);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  const readiness = () => program.readiness().catch(() => ({ code: 0, status: 'no answer' }));
  const says = (code: number, status: string): Promise<void> =>
    until(
      async () => {
        const seen = await readiness();
        return seen.code === code && seen.status === status;
      },
      async () => JSON.stringify(await readiness()),
    );
  const answersMore = (orders: number): Promise<void> => {
    const answered = crowd.answered();
    crowd.burst();
    return until(
      () => crowd.answered() > answered + orders,
      () => `${crowd.answered() - answered} more orders were taken`,
    );
  };
  /** Under load there is always something under way: what had been asked for by now is to end. */
  const whatWasPlacedEnds = (): Promise<unknown> => untilEnded(server, installation, { orders: crowd.orders.length, seconds: 30 });
  const linesDuring = async (outage: () => Promise<void>): Promise<readonly string[]> => {
    const before = program.complaints.length;
    await outage();
    return program.complaints.slice(before);
  };

  test('the broker, stopped: orders are taken all the same, and end when it is back', async () => {
    const lines = await linesDuring(async () => {
      await kafka.stop();
      await says(200, 'degraded');
      await answersMore(40);
      kafka = await startBroker();
      await says(200, 'ready');
      await whatWasPlacedEnds();
    });
    ok(lines.length <= fewLines, lines.join('\n'));
  });

  test('the database server, killed: customers are asked to come again, and everything goes on when it is back', async () => {
    const lines = await linesDuring(async () => {
      postgres.kill();
      await says(503, 'degraded');
      postgres = await startPostgres({ dir });
      await says(200, 'ready');
      await answersMore(40);
      await whatWasPlacedEnds();
    });
    ok(lines.length <= fewLines, lines.join('\n'));
  });

  test('afterwards every order has ended, every sum is right, and it stops in order', async () => {
    await crowd.stop();
    await untilEnded(server, installation, { seconds: 30 });
    deepEqual([...crowd.surprises, ...(await inspect(server, installation, (stores) => findings(stores, crowd.orders, 15)))], []);
    const before = program.complaints.length;
    const told = ['Stopping: what was begun is finished first. Once more stops it now.', 'Stopped.'];
    deepEqual([await program.stop(), program.complaints.slice(before)], [0, told]);
  });
});
