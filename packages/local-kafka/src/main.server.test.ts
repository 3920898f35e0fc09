import { testServers } from '@ensemble/testkit/servers';
import { isError } from '@ensemble/errors';
import { Admin } from '@platformatic/kafka';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAlive } from './broker.ts';
import { findJava } from './install.ts';
import { installKafka, type LocalKafka, startKafka } from './main.ts';
import { fileOf, readIdentity } from './settings.ts';

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

/** The jars that are there, with an archive of their classes that is none. */
const withBrokenArchive = async (t: TestContext): Promise<string> => {
  const cache = await folder(t);
  const { kafkaCache } = testServers();
  const java = await findJava(process.env);
  const jars = await installKafka(kafkaCache, process.env, () => undefined);
  const own = join(cache, basename(jars));
  await mkdir(own);
  const names = (await readdir(jars)).filter((name) => name.endsWith('.jar'));
  await Promise.all(names.map((name) => symlink(join(jars, name), join(own, name))));
  await writeFile(join(own, `classes-java-${java.version}.jsa`), 'no archive');
  return cache;
};

describe('a local broker', { timeout: 120_000 }, () => {
  test('is taken over when its starter was killed, replaced when it hangs, keeps its topics, and needs neither its ports nor an archive', async (t) => {
    const dir = await folder(t);
    const wished = { ...(await readIdentity(dir)), clusterId: '-ZfbJ7Q6i_C3BuZ3LDR3nA' };
    await writeFile(fileOf.identity(dir), JSON.stringify(wished));
    const other = createServer().listen(wished.brokerPort, '127.0.0.1');
    t.after(() => other.close());
    const { kafkaCache: cache } = testServers();
    const main = fileURLToPath(new URL('./main.ts', import.meta.url));
    const script = `import { startKafka } from ${JSON.stringify(main)};
      const { pid } = await startKafka(${JSON.stringify({ dir, cache })});
      console.log(pid);
      setInterval(() => undefined, 1000);`;
    const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: unknown[] = await once(starter.stdout, 'data');
    starter.kill('SIGKILL');
    await once(starter, 'exit');

    const adopted = await startKafka({ dir, cache });
    t.after(() => adopted.kill());
    assert.equal(adopted.pid, Number(said[0]));
    assert.notEqual(adopted.brokers, `127.0.0.1:${wished.brokerPort}`);
    assert.equal((await readIdentity(dir)).clusterId, wished.clusterId);
    assert.deepEqual(await topicsOf(adopted, 'kept'), ['kept']);

    process.kill(adopted.pid, 'SIGSTOP');
    const replaced = await startKafka({ dir, cache: await withBrokenArchive(t) });
    t.after(() => replaced.kill());
    assert.notEqual(replaced.pid, adopted.pid);
    assert.equal(isAlive(adopted.pid), false);
    assert.equal(replaced.brokers, adopted.brokers);
    assert.deepEqual(await topicsOf(replaced), ['kept']);

    await replaced.stop();
    assert.equal(isAlive(replaced.pid), false);
  });

  test('says what is missing', async (t) => {
    const dir = await folder(t);
    const { kafkaCache: cache } = testServers();
    await assert.rejects(startKafka({ dir, cache, env: { JAVA_HOME: dir } }), (error) => isError(error, 'KAFKA_NEEDS_JAVA'));
    const install = installKafka(join(dir, 'empty'), { PATH: dir }, () => undefined);
    await assert.rejects(install, (error) => isError(error, 'KAFKA_NEEDS_MAVEN'));
  });
});
