/** A seat taken by a program that is none of ours: it reads a command topic and answers, and orders end. */
import { silentLog, type Transport } from '@ensemble/engine';
import { memoryStore } from '@ensemble/store-memory';
import { testServers } from '@ensemble/testkit/servers';
import { deepEqual, equal } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { audit } from '../../src/audit.ts';
import { brokerTransport } from '../../src/broker.ts';
import { flows, participants } from '../../src/catalogue.ts';
import { complete } from '../../src/config.ts';
import { seedDemo } from '../../src/demo.ts';
import { type Order, type Shop, startShop } from '../shop.ts';
import { until } from '../until.ts';

const program = fileURLToPath(new URL('payment-service.mjs', import.meta.url));
const tooCostly: Order = { lines: [{ productId: 'monitor', quantity: 100 }] };

describe("a foreign program in the payment service's seat", () => {
  const installation = `foreign_${randomBytes(6).toString('hex')}`;
  const stores = new Map(participants.map(({ name }) => [name, memoryStore()]));
  let transport: Transport;
  let shop: Shop;
  let foreign: ReturnType<typeof spawn>;

  before(async () => {
    transport = await brokerTransport([testServers().kafkaBrokers], complete({ installation }), silentLog);
    for (const participant of participants) {
      const store = stores.get(participant.name);
      if (store) await seedDemo(participant, store);
    }
    shop = await startShop({ transport, stores, participants: participants.filter(({ name }) => name !== 'payment'), log: silentLog });
    const env = { ...process.env, KAFKA_BROKERS: testServers().kafkaBrokers, TOPIC_PREFIX: `${installation}.` };
    foreign = spawn(process.execPath, [program], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  });
  after(async () => {
    foreign.kill();
    if (foreign.exitCode === null && foreign.signalCode === null) await once(foreign, 'exit');
    await shop.stop();
    await transport.close();
  });

  for (const name of ['create-order', 'order-approval', 'place-order']) {
    const flow = flows.find((one) => one.name === name);
    if (!flow) throw new Error(`there is no flow ${name}`);
    for (const [order, end] of [
      [{}, 'COMPLETED'],
      [tooCostly, 'CANCELLED'],
    ] as const)
      test(`${name} ends ${end}`, async () => {
        const orderId = await shop.place(flow, order);
        await until(async () => ['COMPLETED', 'CANCELLED'].includes(await shop.status(orderId)));
        equal(await shop.status(orderId), end);
      });
  }

  test('stock is sold or back, and nothing waits aside', async () => {
    // What the foreign program took is in no ledger of ours.
    const findings = async () => (await audit(stores)).filter((finding) => !/costs \d+, 0 is kept/.test(finding));
    await until(
      async () => (await findings()).length === 0,
      async () => (await findings()).join('\n'),
    );
    deepEqual(await findings(), []);
  });
});
