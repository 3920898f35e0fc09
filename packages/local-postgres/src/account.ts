import { execFileSync, type SpawnOptions } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EnsembleError } from '@ensemble/errors';

/** Whom the server runs as: PostgreSQL refuses to run as root. */
export interface Account {
  /** Absent where we are not root: the server runs as we do. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  /** What to spawn, and how, so that `command` runs as this account. */
  run(command: string, args: readonly string[]): readonly [command: string, args: readonly string[], options: SpawnOptions];
}

/** @param paths what the server must be able to reach: its programs, its data */
export function serverAccount(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { run: (command, args) => [command, args, {}] };
  const ids = findUser() ?? createUser();
  if (paths.every(openToOthers)) return { ids, run: (command, args) => [command, args, ids] };
  // Root's own home is closed to others (a container with everything under /root): let the server through the closed doors,
  // and only through those, by the one capability for it.
  return {
    ids,
    run: (command, args) => [
      'setpriv',
      [
        `--reuid=${ids.uid}`,
        `--regid=${ids.gid}`,
        '--clear-groups',
        '--inh-caps=+dac_override',
        '--ambient-caps=+dac_override',
        command,
        ...args,
      ],
      {},
    ],
  };
}

function findUser(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((l) => l.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function createUser(): { uid: number; gid: number } {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      stdio: 'pipe',
    });
  } catch (error) {
    const found = findUser(); // another process may have been first
    if (found !== undefined) return found;
    throw new EnsembleError('POSTGRES_DID_NOT_START', 'PostgreSQL does not run as root, and no user "postgres" could be made.', {}, error);
  }
  const user = findUser();
  if (user === undefined)
    throw new EnsembleError('POSTGRES_DID_NOT_START', 'PostgreSQL does not run as root: there is no user "postgres".');
  return user;
}

function openToOthers(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat !== undefined && stat.isDirectory() && (stat.mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
