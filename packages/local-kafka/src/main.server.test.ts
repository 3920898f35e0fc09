import { testServers } from '@ensemble/testkit/servers';
import { isError } from '@ensemble/errors';
import { Admin } from '@platformatic/kafka';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isBrokerOf } from './broker.ts';
import { format } from './format.ts';
import { installKafka, type LocalKafka, startKafka } from './main.ts';
import { fileOf, type Identity, readIdentity } from './settings.ts';

const folder = async (t: TestContext): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'ensemble-kafka-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

const topicsOf = async ({ brokers }: LocalKafka, create?: string): Promise<string[]> => {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers] });
  try {
    if (create !== undefined) await admin.createTopics({ topics: [create], partitions: 1, replicas: 1 });
    return await admin.listTopics();
  } finally {
    await admin.close();
  }
};

/** A folder of jars that no broker was started from: nothing is there that the first leaves for others. */
const newJars = async (t: TestContext): Promise<{ readonly jars: string; readonly left: () => Promise<readonly string[]> }> => {
  const known = await installKafka(testServers().kafkaCache, process.env, () => undefined);
  const jars = join(await folder(t), basename(known));
  await mkdir(jars);
  const isJar = (name: string): boolean => name.endsWith('.jar');
  for (const name of (await readdir(known)).filter(isJar)) await symlink(join(known, name), join(jars, name));
  return { jars, left: async () => (await readdir(jars)).filter((name) => !isJar(name)).toSorted() };
};

/** Whose a folder is, but for the id that no other folder has. */
const labelIn = async (dir: string): Promise<ReadonlyMap<string, string>> => {
  const text = await readFile(join(fileOf.storage(dir), 'meta.properties'), 'utf8');
  const label = new Map([...text.matchAll(/^([^#=]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
  assert.match(label.get('directory.id') ?? '', /^[\w-]{22}$/);
  return label.set('directory.id', 'its own');
};

/** The label of a folder that was formatted like the first one, without Java. On such a folder the brokers of other tests start. */
const labelOfAnother = async (t: TestContext, jars: string, identity: Identity): Promise<ReadonlyMap<string, string>> => {
  const dir = await folder(t);
  await format({ dir, identity, jars, java: join(dir, 'no-java'), options: [], progress: assert.fail, signal: t.signal });
  return labelIn(dir);
};

/** Of a process of its own, which is then killed. Errors: when it cannot start one. */
const startedAndLeft = async (options: { readonly dir: string; readonly cache: string; readonly moves?: boolean }): Promise<number> => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const script = `import { startKafka } from ${JSON.stringify(main)};
    const { pid } = await startKafka(${JSON.stringify(options)});
    console.log(pid);
    setInterval(() => undefined, 1000);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaint = '';
  starter.stderr.on('data', (text) => (complaint += String(text)));
  const ended = once(starter, 'exit');
  const said: unknown = await Promise.race([once(starter.stdout, 'data').then(([pid]: unknown[]) => pid), ended.then(() => complaint)]);
  starter.kill('SIGKILL');
  await ended;
  if (!/^\d+\n$/.test(String(said))) throw new Error(String(said));
  return Number(said);
};

describe('a local broker', { timeout: 120_000 }, () => {
  test('is taken over when its starter was killed, replaced when it hangs, and keeps its ports and topics', async (t) => {
    const dir = await folder(t);
    const wished = { ...(await readIdentity(dir)), clusterId: '-ZfbJ7Q6i_C3BuZ3LDR3nA' };
    await writeFile(fileOf.identity(dir), JSON.stringify(wished));
    const other = createServer().listen(wished.brokerPort, '127.0.0.1');
    t.after(() => other.close());
    const { jars, left } = await newJars(t);
    const cache = dirname(jars);
    const pid = await startedAndLeft({ dir, cache });
    assert.deepEqual(await left(), ['bootstrap.checkpoint'], "Kafka's own tool has formatted the folder, and is not needed again");
    assert.deepEqual(await labelOfAnother(t, jars, wished), await labelIn(dir));

    const adopted = await startKafka({ dir, cache });
    t.after(() => adopted.kill());
    assert.equal(adopted.pid, pid);
    assert.notEqual(adopted.brokers, `127.0.0.1:${wished.brokerPort}`, 'that port was taken before anyone knew of it');
    assert.equal((await readIdentity(dir)).clusterId, wished.clusterId);
    assert.deepEqual(await topicsOf(adopted, 'kept'), ['kept']);

    process.kill(adopted.pid, 'SIGSTOP');
    const replaced = await startKafka({ dir, cache });
    t.after(() => replaced.kill());
    assert.notEqual(replaced.pid, adopted.pid);
    assert.equal(isBrokerOf(adopted.pid, dir), false);
    assert.equal(replaced.brokers, adopted.brokers);
    assert.deepEqual(await topicsOf(replaced), ['kept']);

    await replaced.stop();
    assert.equal(isBrokerOf(replaced.pid, dir), false);
    assert.match(
      (await left()).join(),
      /^bootstrap\.checkpoint,classes-java-[^,]+\.jsa$/,
      'the first that ends in order leaves an archive of its classes',
    );

    const port = Number(replaced.brokers.split(':')[1]);
    const squatter = createServer().listen(port, '127.0.0.1');
    t.after(() => squatter.close());
    await assert.rejects(
      startKafka({ dir, cache }),
      (error) => isError(error, 'KAFKA_DID_NOT_START') && error.details['portTaken'] === true,
    );
    const moved = await startKafka({ dir, cache, moves: true });
    t.after(() => moved.kill());
    assert.notEqual(moved.brokers, replaced.brokers);
    assert.deepEqual(await topicsOf(moved), ['kept']);
  });

  test('says what is missing', async (t) => {
    const dir = await folder(t);
    const { kafkaCache: cache } = testServers();
    await assert.rejects(startKafka({ dir, cache, env: { JAVA_HOME: dir } }), (error) => isError(error, 'KAFKA_NEEDS_JAVA'));
    const install = installKafka(join(dir, 'empty'), { PATH: dir }, () => undefined);
    await assert.rejects(install, (error) => isError(error, 'KAFKA_NEEDS_MAVEN'));
  });
});
