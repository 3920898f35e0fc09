import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EnsembleError } from '@ensemble/errors';
import { endsWithUs, freePorts } from '@ensemble/local-server';
import { answers } from './answers.ts';
import { findPrograms, type Programs } from './programs.ts';
import { type Account, serverAccount } from './account.ts';

export { findPrograms } from './programs.ts';

export interface LocalMysql {
  /** As root of the server, with its password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server is gone. */
  stop(): Promise<void>;
  /** For tests of crashes: SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

const startDeadline = 30_000;
const portAttempts = 5;

export interface LocalMysqlOptions {
  readonly dir: string;
  readonly port?: number;
  /** Told when it ends without being asked to. */
  readonly log?: (line: string) => void;
}

/**
 * Starts Debian's MariaDB for tests, on a port of 127.0.0.1, with its data in `dir`; it ends with this process.
 * A directory that holds data already is used again. Errors: MYSQL_DID_NOT_START, with the end of its log.
 */
export async function startMysql(options: LocalMysqlOptions): Promise<LocalMysql> {
  const programs = findPrograms();
  if (programs === undefined) throw failed('MariaDB is not installed (Debian: apt-get install mariadb-server)');
  const account = serverAccount();
  const place = await openPlace(options.dir, programs, account);
  const server = { programs, account, place, log: options.log ?? (() => undefined) };
  if (options.port !== undefined) return serve(server, options.port);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await serve(server, (await freePorts('port')).port);
    } catch (error) {
      // a port that was free may be another's by the time the server has got so far
      if (attempt === portAttempts || !String(error).includes('Address already in use')) throw error;
    }
  }
}

interface Server {
  readonly programs: Programs;
  readonly account: Account;
  readonly place: Place;
  readonly log: (line: string) => void;
}

async function serve({ programs, account, place, log }: Server, port: number): Promise<LocalMysql> {
  const words = openSync(place.log, 'w', 0o600);
  const datadir = `--datadir=${place.data}`;
  const args = [
    '--no-defaults',
    datadir,
    `--init-file=${place.init}`,
    `--socket=${join(place.data, 'server.sock')}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--innodb-buffer-pool-size=64M',
  ];
  const child = spawn(programs.server, args, { ...account, cwd: '/', detached: true, stdio: ['ignore', words, words] });
  closeSync(words);
  const unwatch = endsWithUs(child.pid ?? 0, { argument: datadir, signal: 'TERM' });
  const gone = new AbortController();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve())).then(() => gone.abort());
  const lastWords = (): string => (existsSync(place.log) ? readFileSync(place.log, 'utf8').trim().split('\n').slice(-8).join('\n') : '');
  const surprised = (code: number | null, signal: NodeJS.Signals | null): void =>
    log(`MariaDB ended without being asked to (${code ?? signal}): ${lastWords()}`);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.off('exit', surprised);
    child.ref();
    child.kill(signal);
    await ended;
    unwatch();
  };
  const url = `mysql://root:${place.password}@127.0.0.1:${port}/mysql`;
  const problem = await Promise.race([answers(url, startDeadline, gone.signal), ended.then(() => 'it ended')]);
  if (problem !== undefined) {
    await end('SIGKILL');
    throw failed(`${problem}: ${lastWords()}`);
  }
  child.once('exit', surprised);
  child.unref();
  return { url, port, pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

interface Place {
  readonly data: string;
  readonly init: string;
  readonly log: string;
  readonly password: string;
}

async function openPlace(dir: string, programs: Programs, { uid, gid }: Account): Promise<Place> {
  const place = { data: join(dir, 'data'), init: join(dir, 'init.sql'), log: join(dir, 'log') };
  const passwordFile = join(dir, 'password');
  if (existsSync(passwordFile)) return { ...place, password: readFileSync(passwordFile, 'utf8') };
  const own = (path: string, mode: number): void => {
    chmodSync(path, mode);
    if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  };
  mkdirSync(place.data, { recursive: true });
  own(dir, 0o700);
  own(place.data, 0o700);
  const flags = ['--no-defaults', `--datadir=${place.data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  try {
    await promisify(execFile)(programs.install, flags, {
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      cwd: '/',
    });
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error));
  }
  const password = randomBytes(18).toString('base64url');
  // Names of hosts are not looked up here, so root@localhost is for the socket alone. The nameless users of a new server go: they
  // would shadow those that tests make.
  const init = [
    "delete from mysql.global_priv where user = '' or host <> 'localhost'",
    'flush privileges',
    `alter user root@localhost identified by '${password}'`,
    `create user if not exists root@127.0.0.1 identified by '${password}'`,
    'grant all on *.* to root@127.0.0.1 with grant option',
  ];
  writeFileSync(place.init, init.map((line) => `${line};\n`).join(''), { mode: 0o600 });
  own(place.init, 0o600);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  return { ...place, password };
}

const failed = (why: string): EnsembleError => new EnsembleError('MYSQL_DID_NOT_START', `MariaDB did not start: ${why}`);
