import { readFileSync } from 'node:fs';
import { EnsembleError } from '@ensemble/errors';

/** Whom the server runs as; empty where we are not root: as we do. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** MariaDB does not run as root. Its package brings a user. Errors: MYSQL_DID_NOT_START. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith('mysql:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new EnsembleError('MYSQL_DID_NOT_START', 'MariaDB does not run as root, and there is no user "mysql" here.');
  return { uid: Number(uid), gid: Number(gid) };
}
