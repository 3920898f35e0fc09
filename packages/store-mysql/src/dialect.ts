import type { Change } from '@ensemble/engine/store';
import type { Dialect, Part, Transaction } from '@ensemble/sql';
import { gone, isRefusal, storeError } from './failure.ts';
import type { Reply, Statement } from './statement.ts';
import type { TableSql } from './table-sql.ts';

/**
 * Seconds after which the server gives up a session that says nothing: a short time within a transaction, so that a process that
 * stopped holds its locks no longer, and a long one outside.
 */
export interface Silence {
  readonly within: number;
  readonly outside: number;
}

const ofNone = (text: string): Part<Statement> => ({ statement: { text }, table: '' });
const waits = (seconds: number): string => `set session wait_timeout = ${seconds}`;
const begin = ofNone('begin');
const askClock = ofNone('select round(unix_timestamp(sysdate(3)) * 1000)');

export function dialect({ within, outside }: Silence): Dialect<Statement, Reply> {
  const listens = ofNone(waits(within));
  return {
    begin: [listens, begin],
    beginAsking: [listens, askClock, begin],
    askClock,
    commit: [ofNone('commit'), ofNone(waits(outside))],
    rollback: [{ text: 'rollback' }, { text: waits(outside) }],
    storeError,
    refusal: storeError,
    isSettled: isRefusal,
  };
}

export function changing(sql: TableSql, { insert = [], update = [], remove = [] }: Change): readonly Part<Statement>[] {
  const statements = [
    ...(remove.length > 0 ? sql.remove(remove) : []),
    ...(update.length > 0 ? sql.update(update) : []),
    ...(insert.length > 0 ? sql.insert(insert) : []),
  ];
  return statements.map((statement) => ({ statement, table: sql.table.name }));
}

/** A round trip for each: of several selects in one write the driver does not tell which one failed. */
export async function load(transaction: Transaction<Statement, Reply>, wanted: readonly Part<Statement>[]): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (const part of wanted) replies.push(...(await transaction.send([part])));
  return replies;
}

/** Changes in one round trip, COMMIT in another: an update that does not find its rows is no error to the server, which would commit. */
export async function save(transaction: Transaction<Statement, Reply>, changes: readonly Part<Statement>[]): Promise<void> {
  if (changes.length > 0) {
    const replies = await transaction.send(changes);
    const missing = changes.find(({ statement: { finds } }, i) => finds !== undefined && replies[i]?.found !== finds);
    if (missing) throw gone(missing.table);
  }
  await transaction.commit([]);
}
