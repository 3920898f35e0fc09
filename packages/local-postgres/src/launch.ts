import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { EnsembleError } from '@ensemble/errors';
import { freePorts } from '@ensemble/local-server';
import type { Account } from './account.ts';
import { adopt } from './adopt.ts';
import type { Cluster } from './cluster.ts';
import { recordedPort } from './port.ts';
import { isServerOf, type Running, readPostmaster, stopServer } from './postmaster.ts';

const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  lc_messages: 'C',
};

const startDeadline = 120_000; // recovery after a crash under load takes its time
const attempts = 200;

export interface Launch {
  readonly account: Account;
  readonly postgres: string;
  readonly port: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** Errors: POSTGRES_DID_NOT_START. */
export async function launch(cluster: Cluster, wanted: Launch): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted.port ?? recordedPort(cluster.port) ?? (await freePorts('port')).port;
    const child = spawnServer(cluster, wanted, port);
    const problem = await ready(child.process, cluster, child.logStart);
    if (problem === undefined) {
      if (wanted.port === undefined) writeFileSync(cluster.port, String(port));
      wanted.log(`PostgreSQL listens on port ${port}`);
      return { pid: child.process.pid ?? 0, port };
    }
    const other = readPostmaster(cluster.data);
    if (other !== undefined && other.pid !== child.process.pid && isServerOf(other.pid, cluster.data)) {
      const adopted = await adopt(cluster, wanted.port, wanted.log); // another process started it in the same moment
      if (adopted !== undefined) return adopted;
    }
    // After a SIGKILL the old server's children hold its shared memory for a moment; and a free port may be taken meanwhile.
    const passes =
      /shared memory block|Address already in use/.test(problem) && !(wanted.port !== undefined && problem.includes('Address already'));
    if (!passes || attempt >= attempts) {
      throw new EnsembleError('POSTGRES_DID_NOT_START', `PostgreSQL did not start: ${lastLines(problem)}`, {
        data: cluster.data,
        log: problem,
      });
    }
    if (problem.includes('Address already')) rmSync(cluster.port, { force: true });
    await sleep(25);
  }
}

function spawnServer(cluster: Cluster, { account, postgres, settings }: Launch, port: number) {
  if ((statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0) > 10_000_000) renameSync(cluster.log, `${cluster.log}.old`);
  const log = openSync(cluster.log, 'a', 0o600);
  const logStart = statSync(cluster.log).size;
  const args = [
    '-D',
    cluster.data,
    ...Object.entries({ ...defaults, port: String(port), ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const [file, list, spawnOptions] = account.run(postgres, args);
  // A process group of its own: a Ctrl-C is for us, who then stop it in order. A file for its words: they do not end with us.
  const child = spawn(file, list, { ...spawnOptions, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  child.unref();
  closeSync(log);
  return { process: child, logStart };
}

/** Undefined once it takes connections, else what it said before it gave up. */
async function ready(child: ChildProcess, cluster: Cluster, logStart: number): Promise<string | undefined> {
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended = `ended with ${code ?? signal}`;
  });
  child.once('error', (error) => {
    ended = error.message;
  });
  for (const deadline = performance.now() + startDeadline; performance.now() < deadline; await sleep(2)) {
    if (ended !== undefined) return `${readFileSync(cluster.log).subarray(logStart).toString()}${ended}`;
    const found = readPostmaster(cluster.data);
    if (found?.pid === child.pid && found?.status === 'ready') return undefined;
  }
  if (child.pid !== undefined) await stopServer(child.pid, cluster.data);
  return `${readFileSync(cluster.log).subarray(logStart).toString()}not ready after ${startDeadline / 1000} s`;
}

const lastLines = (text: string): string => text.trim().split('\n').slice(-8).join('\n');
