/** One system in two processes on Kafka: killing either loses nothing, and what the other does as well goes on. */
import { deepEqual, ok } from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { flows } from '../../src/catalogue.ts';
import type { DatabaseServer } from '../../src/databases.ts';
import { beginsWithCost } from '../../src/http/cost.ts';
import { dropInstallation, newInstallation } from '../ensemble.ts';
import { until } from '../until.ts';
import { chance } from '../../src/chance.ts';
import { type Customers, customers } from './customers.ts';
import { inspect, openAccounts, untilEnded } from './databases.ts';
import { type Program, programOf } from './program.ts';
import { findings } from './promises.ts';

interface Pair {
  readonly server: DatabaseServer;
  readonly installation: string;
  readonly one: Program;
  readonly other: Program;
}

/** Two processes that are told where the servers are; both are gone after the test. */
async function startPair(t: TestContext, flags: { readonly one: readonly string[]; readonly other: readonly string[] }): Promise<Pair> {
  const { databaseUrl, kafkaBrokers } = testServers();
  const installation = newInstallation();
  const env = { DATABASE_URL: databaseUrl, KAFKA_BROKERS: kafkaBrokers };
  const shared = ['--installation', installation, '--partitions', '3'];
  const [one, other] = [programOf({ flags: [...shared, ...flags.one], env }), programOf({ flags: [...shared, ...flags.other], env })];
  t.after(async () => {
    await Promise.all([one.kill(), other.kill()]);
    await dropInstallation(databaseUrl, installation);
  });
  await Promise.all([one.start(), other.start()]);
  const server = { adminUrl: databaseUrl, secret: new URL(databaseUrl).password, embedded: false };
  await inspect(server, installation, openAccounts);
  return { server, installation, one, other };
}

const seed = Math.floor(Math.random() * 1e9);
console.log(`seed ${seed}`);

function customersOf(t: TestContext, url: () => string | null, among = flows): Customers {
  const crowd = customers(url, chance(seed), among);
  t.after(() => crowd.leave());
  return crowd;
}

/** An order that begins with its cost needs the product service before its 202. */
const unpriced = flows.filter((flow) => !beginsWithCost(flow));

/** Whoever listens is asked, in turn. */
function anyOf(...programs: readonly Program[]): () => string | null {
  let turn = 0;
  return () => {
    const urls = programs.flatMap((program) => program.url() ?? []);
    turn += 1;
    return urls[turn % urls.length] ?? null;
  };
}

/** Whether it has partitions of its own: it worked messages of a service that hears of orders by the broker alone. */
async function takesPart(program: Program): Promise<boolean> {
  const figures = await (await fetch(`${program.url()}/metrics`)).text();
  return Number(/^ensemble_said_total\{service="payment"\} (\d+)$/m.exec(figures)?.[1] ?? 0) > 0;
}

async function goesOnWithout(
  crowd: Customers,
  { server, installation }: Pair,
): Promise<{ readonly answers: number; readonly ends: number }> {
  const began = performance.now();
  const answered = crowd.answered();
  await until(() => crowd.answered() > answered, undefined, 10);
  const answers = performance.now() - began;
  await untilEnded(server, installation, { orders: crowd.orders.length, seconds: 20 });
  return { answers, ends: performance.now() - began };
}

async function allEnds(crowd: Customers, { server, installation }: Pair): Promise<void> {
  await crowd.stop();
  await untilEnded(server, installation, { seconds: 30 });
  deepEqual([...crowd.surprises, ...(await inspect(server, installation, (stores) => findings(stores, crowd.orders, 15)))], []);
  ok(crowd.orders.length > 0);
}

describe('one system in two processes', () => {
  test('each with services of its own: orders are taken while the others are away, and end when they are back', async (t) => {
    const services = {
      one: 'gateway,order-saga,order-orchestrator,order,order-history,monitor',
      other: 'product,inventory,payment,shipment,cart',
    };
    const pair = await startPair(t, { one: ['--services', services.one], other: ['--services', services.other] });
    const { one, other } = pair;
    const crowd = customersOf(t, () => one.url(), unpriced);
    for (const victim of [other, one]) {
      crowd.burst();
      await until(() => crowd.answered() > 20);
      await victim.kill();
      const answered = crowd.answered();
      if (victim === other) {
        crowd.burst();
        await until(() => crowd.answered() > answered + 20);
      }
      await victim.start();
    }
    await allEnds(crowd, pair);
  });

  test('both with the same services: what one leaves when it is killed the other takes over', async (t) => {
    const pair = await startPair(t, { one: ['--slot', '1'], other: ['--slot', '2'] });
    const { one, other } = pair;
    const crowd = customersOf(t, anyOf(one, other));
    for (const program of [one, other]) await until(() => takesPart(program), undefined, 15);
    const taken = crowd.answered();
    crowd.burst();
    await until(() => crowd.answered() > taken); // the first of many
    await one.kill();
    const { answers, ends } = await goesOnWithout(crowd, pair);
    console.log(`one killed: next order taken after ${answers.toFixed(0)} ms, everything placed by then ended after ${ends.toFixed(0)} ms`);
    ok(answers < 1_000, `the other took no order for ${answers} ms`);
    await one.start();
    crowd.burst();
    await other.kill(); // for good
    await allEnds(crowd, pair);
  });
});
