import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Programs {
  readonly install: string;
  readonly server: string;
}

/** MariaDB's programs, on the PATH or where Debian has them (a user's PATH lacks sbin); undefined where they are not installed. */
export function findPrograms(env: NodeJS.ProcessEnv = process.env): Programs | undefined {
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  const find = (name: string): string | undefined => folders.map((folder) => join(folder, name)).find(runs);
  const install = find('mariadb-install-db');
  const server = find('mariadbd');
  return install === undefined || server === undefined ? undefined : { install, server };
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
