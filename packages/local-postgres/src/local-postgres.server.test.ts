import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isError } from '@ensemble/errors';
import pg from 'pg';
import { linkLibraries } from './binaries.ts';
import { type LocalPostgres, type LocalPostgresOptions, startPostgres } from './main.ts';
import { isServerOf } from './postmaster.ts';

const ask = async (url: string, sql: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // the server is killed under it
  await client.connect();
  try {
    return Object.values((await client.query<Record<string, unknown>>(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
};

/** Starts a server in another process and kills that process; gives what the server is. */
async function startedByTheDead(options: LocalPostgresOptions): Promise<{ pid: number; port: number }> {
  const script = `import { startPostgres } from ${JSON.stringify(import.meta.resolve('./main.ts'))};
    const { pid, port } = await startPostgres(${JSON.stringify(options)});
    process.stdout.write(JSON.stringify({ pid, port }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return JSON.parse(said.toString()) as { pid: number; port: number };
}

describe('the embedded PostgreSQL', () => {
  let dir: string;
  let running: LocalPostgres | undefined;
  const start = async (more: Partial<LocalPostgresOptions> = {}): Promise<LocalPostgres> => {
    running = await startPostgres({ dir, settings: { shared_buffers: '16MB' }, ...more });
    return running;
  };
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'local-postgres-'));
  });
  after(async () => {
    await running?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('keeps its data and its port over a restart, and its password from others', async () => {
    const first = await start();
    await ask(first.url, 'create table kept as select 7 as value');
    await first.stop();
    assert.equal(isServerOf(first.pid, join(dir, 'postgres', 'data')), false);
    const second = await start();
    assert.equal(second.port, first.port);
    assert.equal(await ask(second.url, 'select value from kept'), 7);
    assert.equal(statSync(join(dir, 'postgres', 'password')).mode & 0o777, 0o600);
    await assert.rejects(ask(second.url.replace(/:[^:@]+@/, ':wrong@'), 'select 1'), { code: '28P01' });
    await second.stop();
  });

  it('is as durable as it says', async () => {
    const server = await start();
    const settings = 'fsync, synchronous_commit, full_page_writes, max_connections, checkpoint_timeout, jit, listen_addresses'.split(', ');
    const values = await Promise.all(settings.map((name) => ask(server.url, `select current_setting('${name}')`)));
    assert.deepEqual(values, ['on', 'on', 'on', '200', '15min', 'off', '127.0.0.1']);
    await server.stop();
  });

  it('is adopted when its parent was killed', async () => {
    const orphan = await startedByTheDead({ dir });
    const adopted = await start();
    assert.deepEqual({ pid: adopted.pid, port: adopted.port }, orphan);
    await adopted.stop();
  });

  it('is adopted by another path to the same directory', async (t) => {
    const orphan = await startedByTheDead({ dir });
    const link = `${dir}-link`;
    symlinkSync(dir, link);
    t.after(() => rmSync(link));
    const adopted = await start({ dir: link });
    assert.equal(adopted.pid, orphan.pid);
    await adopted.stop();
  });

  it('adopted, it is stopped if it does not answer', async () => {
    const orphan = await startedByTheDead({ dir });
    process.kill(orphan.pid, 'SIGSTOP');
    const server = await start();
    assert.notEqual(server.pid, orphan.pid);
    assert.equal(await ask(server.url, 'select value from kept'), 7);
    await server.stop();
  });

  it('recovers after it was killed itself, while its children still hold its memory', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined); // that is the test
    await client.connect();
    await client.query('update kept set value = 8');
    server.kill();
    const again = await start();
    assert.equal(await ask(again.url, 'select value from kept'), 8);
    await client.end();
    await again.stop();
  });

  it('starts although postmaster.pid names a stranger', async () => {
    writeFileSync(
      join(dir, 'postgres', 'data', 'postmaster.pid'),
      `${process.pid}\n${join(dir, 'postgres', 'data')}\n1\n1\n\n127.0.0.1\n\nready   \n`,
    );
    const server = await start();
    assert.equal(await ask(server.url, 'select 1'), 1);
    await server.stop();
  });

  it('takes another port when a stranger sits on its own, but never another than it was told', async () => {
    const port = Number(readFileSync(join(dir, 'postgres', 'port'), 'utf8'));
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      await assert.rejects(start({ port }), (error) => {
        assert.ok(isError(error, 'POSTGRES_DID_NOT_START'));
        assert.match(error.message, /Address already in use/);
        return true;
      });
      const server = await start();
      assert.notEqual(server.port, port);
      await server.stop();
    } finally {
      stranger.close();
    }
  });

  it('says the end of its log when it cannot start', async () => {
    await assert.rejects(start({ settings: { shared_buffers: 'much' } }), (error) => {
      assert.ok(isError(error, 'POSTGRES_DID_NOT_START'));
      assert.match(error.message, /invalid value for parameter "shared_buffers": "much"/);
      return true;
    });
  });

  it('started twice at once in a new directory is one server', async () => {
    const fresh = join(dir, 'fresh');
    const [one, two] = await Promise.all([startPostgres({ dir: fresh }), startPostgres({ dir: fresh })]);
    assert.equal(one.pid, two.pid);
    assert.equal(await ask(two.url, 'select 1'), 1);
    await Promise.all([one.stop(), two.stop()]);
    assert.deepEqual(readdirSync(fresh), ['postgres']);
  });

  it('ephemeral, it leaves nothing: not when stopped, not when its parent is killed', async (t) => {
    const temporary = join(dir, 'temporary');
    const server = await startPostgres({ dir: temporary, ephemeral: true });
    assert.equal(await ask(server.url, 'select 1'), 1);
    await server.stop();
    assert.deepEqual(readdirSync(temporary), []);
    await startedByTheDead({ dir: temporary, ephemeral: true });
    await t.waitFor(() => assert.deepEqual(readdirSync(temporary), []), { timeout: 10_000 });
  });

  it('runs in a home that is closed to others', { skip: process.getuid?.() !== 0 && 'only root runs it as another user' }, async () => {
    const closed = mkdtempSync(join(homedir(), '.ensemble-test-'));
    try {
      const server = await startPostgres({ dir: closed });
      assert.equal(await ask(server.url, 'select 1'), 1);
      await server.stop();
    } finally {
      rmSync(closed, { recursive: true, force: true });
    }
  });

  it('links the libraries where install scripts do not run', () => {
    const root = join(dir, 'package');
    mkdirSync(join(root, 'native', 'lib'), { recursive: true });
    writeFileSync(join(root, 'native', 'lib', 'libx.so.1.2'), 'x');
    const link = (target: string) => ({ source: 'native/lib/libx.so.1.2', target: `native/lib/${target}` });
    writeFileSync(join(root, 'native', 'pg-symlinks.json'), JSON.stringify([link('libx.so'), link('libx.so.1')]));
    symlinkSync('libx.so.1.2', join(root, 'native', 'lib', 'libx.so'));
    linkLibraries(root);
    assert.equal(readFileSync(join(root, 'native', 'lib', 'libx.so.1'), 'utf8'), 'x');
    assert.ok(existsSync(join(root, 'native', 'lib', 'libx.so')));
  });
});
