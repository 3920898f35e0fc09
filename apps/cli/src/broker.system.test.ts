import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Process, processesOf } from '@ensemble/testkit/processes';
import { testServers } from '@ensemble/testkit/servers';
import { walkFlows } from '../fixtures/flow-walk.ts';
import { kafkaTools } from '../fixtures/kafka-tools.ts';
import { ensemble, nothing, started } from '../fixtures/program.ts';

const { kafkaCache } = testServers();
const env = { KAFKA_BROKERS: '', ENSEMBLE_KAFKA_CACHE: kafkaCache };

function folder(t: TestContext): { dir: string; args: readonly string[] } {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-cli-'));
  t.after(() => {
    for (const { pid } of processesOf(dir)) process.kill(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });
  return { dir, args: ['--broker', 'kafka', '--ephemeral', '--port', '0', '--data', dir] };
}

/** What a program has left in its directory, and what still runs there. */
const leftIn = (dir: string): readonly string[] => [...processesOf(dir).map(({ command }) => command), ...readdirSync(dir)];

/** How many servers go when the program does, however it ends: for each a shell waits for that. */
const watched = (dir: string): number => processesOf(dir).filter(({ command }) => command.startsWith('sh -c ours()')).length;

const brokerIn = (dir: string): Process | undefined => processesOf(dir).find(({ command }) => command.includes('kafka.Kafka'));

/** As the document has them. */
const topics = [
  'inventory-commands',
  'inventory-events',
  'order-commands',
  'order-events',
  'order-saga-commands',
  'payment-commands',
  'payment-events',
  'product-commands',
  'product-events',
];
/** Prices are told beside the flows. */
const news = { topic: 'product-changes', type: 'ProductChanged' };
const messages = [
  'SagaCreateOrder',
  'CreateOrder',
  'OrderCreated',
  'ValidateProducts',
  'ProductsValidated',
  'ReserveInventory',
  'InventoryReserved',
  'ProcessPayment',
  'PaymentCompleted',
  'CompleteOrder',
  'OrderCompleted',
];

test('the same on a Kafka of its own, whose own tools see it, and which goes with a program that is killed', async (t) => {
  const { dir, args } = folder(t);
  const system = await started(t, args, env);
  const [, brokers = ''] = await system.says(/^ +broker +Apache Kafka at (\S+)$/m);
  const place = (...more: string[]) =>
    ensemble(t, ['order', 'place', '--flow', 'create-order', '--product', 'keyboard:1', '--watch', '--url', system.url, ...more]).ended;

  const paid = await place();
  equal(paid.code, 0, paid.out + paid.err);
  match(paid.out, /^COMPLETED after/m);
  const tools = kafkaTools(kafkaCache, brokers);
  const offsets = await tools.offsets();
  const used = [...offsets].filter(([topic, held]) => !topic.startsWith('__') && held > 0).map(([topic]) => topic);
  deepEqual(used.toSorted(), [...topics, news.topic].toSorted());
  const all = await tools.messages(messages.length + (offsets.get(news.topic) ?? 0));
  const told = all.map((value) => (JSON.parse(value) as { type: string }).type).filter((type) => type !== news.type);
  deepEqual(told.toSorted(), messages.toSorted());

  await walkFlows(system.url);

  const refused = await place('--payment', 'declined-card');
  equal(refused.code, 3, refused.out + refused.err);
  match(refused.out, /^CANCELLED after .*: declined-card was declined$/m);

  system.kill('SIGKILL');
  await system.ended;
  await nothing(() => leftIn(dir));
});

test('a Ctrl-C while it starts leaves nothing running', async (t) => {
  const { dir, args } = folder(t);
  const program = ensemble(t, ['start', ...args], env);
  await nothing(() => (brokerIn(dir) ? [] : ['no broker yet']));
  program.kill('SIGINT');
  const { code, out } = await program.ended;
  deepEqual([code, out.trimEnd().split('\n').at(-1)], [130, 'Stopped.']);
  deepEqual(leftIn(dir), []);
});

test('a SIGKILL while it starts leaves nothing running either: not even a broker that hangs', async (t) => {
  const { dir, args } = folder(t);
  const program = ensemble(t, ['start', ...args], env);
  await nothing(() => (watched(dir) === 2 ? [] : ['no broker yet']));
  const broker = brokerIn(dir);
  ok(broker);
  process.kill(broker.pid, 'SIGSTOP'); // else it may end by itself once its folder has gone
  program.kill('SIGKILL');
  await program.ended;
  await nothing(() => leftIn(dir));
});
