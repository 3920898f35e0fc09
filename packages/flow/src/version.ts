import { createHash } from 'node:crypto';
import type { Plan, Row, Trigger } from './model.ts';

const trigger = (on: Trigger): string =>
  on.kind === 'message' ? on.message.key : on.kind === 'deadline' ? `after ${on.after}, ${on.giveUp}` : 'later';

/** Eight hexadecimal digits of what a flow does: sagas go on with the version that they began with. */
export function versionOf(name: string, rows: readonly Row[], plan: Omit<Plan, 'version'> | null): string {
  const said = (row: Row) => Object.entries(row.says).map(([outcome, message]) => [outcome, message.key]);
  const table = rows.map((row) => [row.reader, trigger(row.on), row.does.name, said(row)]);
  return createHash('sha256')
    .update(JSON.stringify([name, table, plan]))
    .digest('hex')
    .slice(0, 8);
}
