/** On real PostgreSQL: the payment service is killed between its call and the word, before the provider did it and afterwards. */
import { type Port, type Ports, type Service, silentLog, systemClock, type Store } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { cancelling, placing } from '@ensemble/gateway';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { mortal } from '@ensemble/testkit/mortal';
import { testServers } from '@ensemble/testkit/servers';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { deepEqual } from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { audit } from '../../src/audit.ts';
import { disagreements } from '../../src/books.ts';
import { flows, participants } from '../../src/catalogue.ts';
import { complete } from '../../src/config.ts';
import { openStores } from '../../src/databases.ts';
import { simulatedOutside } from '../../src/outside.ts';
import { startSystem, type System } from '../../src/system.ts';
import { until } from '../until.ts';

const standard = flows.find(({ name }) => name === 'standard') as Flow;
const payment = participants.filter(({ name }) => name === 'payment');
const others = participants.filter(({ name }) => name !== 'payment');

async function opened(t: TestContext) {
  const installation = `killed_${randomBytes(6).toString('hex')}`;
  const server = { adminUrl: testServers().databaseUrl, secret: installation, embedded: false };
  const stores = await openStores(participants, server, { config: complete({ installation }), log: silentLog, closing: () => undefined });
  const log = memoryLog();
  const outside = simulatedOutside(systemClock);
  const setting = { flows, partitions: 1, clock: systemClock, log: silentLog, slot: '1' };
  const systems: System[] = [];
  const start = async (
    more: Pick<Parameters<typeof startSystem>[0], 'participants' | 'transport' | 'stores' | 'ports'>,
  ): Promise<System> => {
    const system = await startSystem({ ...setting, ...more });
    systems.push(system);
    return system;
  };
  t.after(async () => {
    await Promise.all(systems.map((system) => system.stop()));
    for (const store of stores.values()) await store.close();
  });
  const system = await start({ participants: others, transport: memoryTransport({ log }), stores, ports: outside.ports });
  return { stores, log, outside, start, gateway: system.services.get('gateway') as Service };
}

type Opened = Awaited<ReturnType<typeof opened>>;

/** A payment service that dies at its first call, before the provider hears it, or once that is done there. */
async function doomed({ log, stores, outside }: Opened, whenDone: boolean): Promise<() => boolean> {
  const process = mortal(log, systemClock);
  const never = new Promise<never>(() => undefined);
  const port = outside.ports['payment.charge'] as unknown as Port;
  const dying: Port = {
    async ask(call, signal) {
      if (whenDone) await port.ask(call, signal);
      process.kill();
      return never;
    },
    find: () => never,
  };
  const ports = { ...outside.ports, 'payment.charge': dying } as Ports;
  const own = new Map([...stores, ['payment', process.store(stores.get('payment') as Store)]]);
  await startSystem({
    participants: payment,
    flows,
    transport: process.transport,
    stores: own,
    ports,
    partitions: 1,
    clock: process.clock(systemClock),
    log: silentLog,
    slot: 'doomed',
  });
  return () => process.life.dead;
}

for (const whenDone of [false, true])
  for (const cancels of [false, true])
    test(`killed ${whenDone ? 'after' : 'before'} the provider did it${cancels ? ', and the customer cancels' : ''}`, async (t) => {
      const shop = await opened(t);
      const isDead = await doomed(shop, whenDone);
      const orderId = randomUUID();
      const facts = { lines: [{ productId: 'keyboard', quantity: 2 }], paymentMethod: 'card' };
      await shop.gateway.perform(placing({ orderId, flow: standard, customerId: 'ada', facts, idempotency: null }).job);
      await until(isDead);
      deepEqual(shop.outside.world.done().length, whenDone ? 1 : 0);
      if (cancels) await shop.gateway.perform(cancelling(standard, orderId, 'the customer changed their mind'));

      const { transport } = mortal(shop.log, systemClock);
      await shop.start({ participants: payment, transport, stores: shop.stores, ports: shop.outside.ports });
      const wanted = cancels ? 'CANCELLED' : 'COMPLETED';
      let status = '';
      await until(
        async () => {
          const [row] = (await shop.stores.get('order-history')?.select(historyTables.orders, {})) ?? [];
          status = String(row?.['status']);
          return status === wanted;
        },
        () => `${wanted}: ${status}`,
      );
      const findings = async () => [...(await audit(shop.stores)), ...(await disagreements(shop.stores, shop.outside.world.done()))];
      await until(
        async () => (await findings()).length === 0,
        async () => (await findings()).join('\n'),
      );
      const charged = shop.outside.world.done().filter(({ folder }) => folder === 'charges');
      deepEqual(charged.length, 1);
    });
