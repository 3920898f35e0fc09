import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EnsembleError } from '@ensemble/errors';
import type { Account } from './account.ts';

/** One data directory, and what belongs to it. */
export interface Cluster {
  readonly data: string;
  readonly log: string;
  readonly port: string;
  readonly password: string;
}

const filesOf = (root: string) => ({
  data: join(root, 'data'),
  log: join(root, 'log'),
  port: join(root, 'port'),
  password: join(root, 'password'),
});

/** As superuser. */
export const urlOf = (cluster: Cluster, port: number): string => `postgres://postgres:${cluster.password}@127.0.0.1:${port}/postgres`;

/** The cluster in `root`, made if it is not there yet. Errors: POSTGRES_DID_NOT_START. */
export async function openCluster(root: string, initdb: string, account: Account, durable: boolean): Promise<Cluster> {
  if (!existsSync(root)) await createCluster(root, initdb, account, durable);
  const files = filesOf(root);
  return { ...files, password: readFileSync(files.password, 'utf8') };
}

/** It appears by one rename, so that a crash leaves no half of it, and of two processes at once one gives way. */
async function createCluster(root: string, initdb: string, account: Account, durable: boolean): Promise<void> {
  const building = mkdtempSync(`${root}-new-`);
  try {
    const files = filesOf(building);
    mkdirSync(files.data, { mode: 0o700 });
    writeFileSync(files.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account.ids !== undefined)
      for (const path of [building, files.data, files.password]) chownSync(path, account.ids.uid, account.ids.gid);
    const args = ['-D', files.data, '-U', 'postgres', `--pwfile=${files.password}`, '--auth=scram-sha-256', '--encoding=UTF8'];
    // Bytewise order, the same on every machine; and indexes do not change with a system's locales.
    args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions');
    if (!durable) args.push('--no-sync');
    await run(account, initdb, args);
    renameSync(building, root);
  } catch (error) {
    if (!existsSync(root)) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

async function run(account: Account, command: string, args: readonly string[]): Promise<void> {
  const [file, list, options] = account.run(command, args);
  const child = spawn(file, list, { ...options, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject));
  const [code, said] = await Promise.all([ended, child.stderr === null ? '' : text(child.stderr)]);
  if (code !== 0)
    throw new EnsembleError('POSTGRES_DID_NOT_START', `PostgreSQL could not make its data directory: ${said.trim()}`, { code });
}
