import { endsWithUs } from '@ensemble/local-server';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { serverAccount } from './account.ts';
import { adopt } from './adopt.ts';
import { findBinaries } from './binaries.ts';
import { openCluster, urlOf } from './cluster.ts';
import { launch } from './launch.ts';
import { signalServer, stopServer } from './postmaster.ts';

export interface LocalPostgresOptions {
  /** Where the data lives, and the next start finds it again. */
  readonly dir: string;
  /** A data directory of its own inside `dir`, removed when the server stops or this process dies. */
  readonly ephemeral?: boolean;
  /** Default: any free one at first, then the same again. */
  readonly port?: number;
  readonly log?: (line: string) => void;
  /** postgresql.conf settings over our defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface LocalPostgres {
  /** As superuser, with its password. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server is gone. What it keeps is written; an ephemeral one has nothing to keep. */
  stop(): Promise<void>;
  /** For tests of crashes. Default SIGKILL. */
  kill(signal?: NodeJS.Signals): void;
}

/**
 * Starts the embedded PostgreSQL of a directory, or adopts it where it still runs: a server outlives a parent that was killed.
 * Errors: POSTGRES_DID_NOT_START, with the end of its log.
 */
export async function startPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const log = options.log ?? (() => undefined);
  const binaries = findBinaries();
  mkdirSync(options.dir, { recursive: true });
  const dir = realpathSync(options.dir); // a server is known by the path of its data
  const ephemeral = options.ephemeral === true ? mkdtempSync(join(dir, 'postgres-')) : undefined;
  // The server may be another user: let it in. What is inside is closed to others by itself.
  if (ephemeral !== undefined) chmodSync(ephemeral, 0o711);
  const root = join(ephemeral ?? dir, 'postgres');
  const account = serverAccount([root, binaries.postgres]);
  const cluster = await openCluster(root, binaries.initdb, account, ephemeral === undefined);
  const { pid, port } =
    (await adopt(cluster, options.port, log)) ??
    (await launch(cluster, { account, postgres: binaries.postgres, port: options.port, settings: options.settings ?? {}, log }));
  const unwatch =
    ephemeral === undefined ? () => undefined : endsWithUs(pid, { argument: cluster.data, signal: 'QUIT', removes: ephemeral });
  return {
    url: urlOf(cluster, port),
    port,
    pid,
    async stop() {
      unwatch();
      await stopServer(pid, cluster.data, { keeps: ephemeral === undefined });
      if (ephemeral !== undefined) rmSync(ephemeral, { recursive: true, force: true, maxRetries: 5 });
    },
    kill: (signal = 'SIGKILL') => signalServer(pid, cluster.data, signal),
  };
}
