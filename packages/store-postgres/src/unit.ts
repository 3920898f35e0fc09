import type { Change, Row, Table, Unit } from '@ensemble/engine/store';
import { EnsembleError } from '@ensemble/errors';
import { clockQuery, type DatabaseClock } from './clock.ts';
import { commitUnknown, isFarewell, isRefusal, storeError, tableOf } from './failure.ts';
import type { Pool } from './pool.ts';
import { querySql } from './query-sql.ts';
import type { Outcome, Reply, Session, Statement } from './session.ts';
import type { TableSql } from './table-sql.ts';

export interface UnitParts {
  readonly pool: Pool;
  readonly clock: DatabaseClock;
  sql(table: Table): TableSql;
  nameOf(text: string): string;
  isPrimaryKey(session: Session, error: Error): Promise<boolean>;
}

/** A statement of a unit, and the table it is about. */
interface Part {
  readonly statement: Statement;
  readonly table: string;
}

const begin: Part = { statement: { text: 'begin' }, table: '' };
const askClock: Part = { statement: clockQuery, table: '' };
const commit: Part = { statement: { text: 'commit' }, table: '' };

/** Takes a session; BEGIN goes out with the first statements, or now if the time has to be asked. Errors: STORE_UNAVAILABLE. */
export async function beginUnit(parts: UnitParts): Promise<Unit> {
  const { pool, clock, sql } = parts;
  const session = await pool.take();
  let begun = false;
  let over = false;

  /** The statements, behind BEGIN if they are the first. `skip`: how many of the replies are not theirs. */
  async function send(wanted: readonly Part[]): Promise<{ sent: readonly Part[]; skip: number; outcome: Outcome }> {
    const first = begun ? [] : clock.wantsReading() ? [begin, askClock] : [begin];
    const sent = [...first, ...wanted];
    begun = true;
    const sentAt = performance.now();
    const outcome = await session.flush(sent.map(({ statement }) => statement));
    if (outcome.ok && first.length > 1) clock.reading(sentAt, outcome.replies[1]);
    return { sent, skip: first.length, outcome };
  }

  function end(): void {
    over = true;
    pool.give(session);
  }

  async function abandon(): Promise<void> {
    over = true;
    if (begun && session.lost() === undefined) {
      const rolledBack = await session.flush([{ text: 'rollback' }]);
      if (!rolledBack.ok) session.destroy(rolledBack.error); // with its session the server ends the transaction
    }
    pool.give(session);
  }

  /** What is done in an open unit; where it fails the unit is rolled back. */
  async function doing<T>(work: () => Promise<T>): Promise<T> {
    if (over) throw new EnsembleError('UNIT_OVER', 'This unit of work is over.');
    try {
      return await work();
    } catch (error) {
      if (!over) await abandon();
      throw error;
    }
  }

  async function read(wanted: readonly Part[]): Promise<readonly Reply[]> {
    const { sent, skip, outcome } = await send(wanted);
    if (outcome.ok) return outcome.replies.slice(skip);
    throw storeError(outcome.error, sent[outcome.at]?.table ?? '');
  }

  async function save(changes: readonly Part[]): Promise<void> {
    if (changes.length === 0 && !begun) return end();
    const lostBefore = session.lost();
    if (lostBefore !== undefined) throw storeError(lostBefore, '');
    const open = begun;
    const { sent, outcome } = await send([...changes, commit]);
    if (outcome.ok) return end();
    const { at, error } = outcome;
    if (!isSettled(error, at, sent.length - 1, open)) {
      session.destroy(error);
      end();
      throw commitUnknown(error);
    }
    // The COMMIT behind the refusal has ended the transaction.
    const primaryKey = isRefusal(error) && error.code === '23505' && (await parts.isPrimaryKey(session, error));
    end();
    throw storeError(error, sent[at]?.table || tableOf(error), primaryKey);
  }

  // Ask now if the clock was not read lately; while the service is busy the time costs no round trip.
  if (clock.now() === undefined) await doing(() => read([]));
  return {
    now: clock.now() ?? Date.now(),
    load: (wanted) =>
      doing(async () => {
        const asked = wanted.filter(({ keys }) => keys.length > 0);
        const replies = asked.length === 0 ? [] : await read(asked.map(({ table, keys }) => ({ statement: sql(table).load(keys), table: table.name })));
        return wanted.map((each) => rowsOf(sql(each.table), replies[asked.indexOf(each)]));
      }),
    claim: (table, query) =>
      doing(async () => {
        const { text, values } = querySql(sql(table), query);
        const locking = `${text} for update skip locked`;
        const [reply] = await read([{ statement: { name: parts.nameOf(locking), text: locking, values }, table: table.name }]);
        return rowsOf(sql(table), reply);
      }),
    commit: (changes) => doing(() => save(changes.flatMap((change) => partsOf(sql(change.table), change)))),
    async rollback() {
      if (!over) await abandon();
    },
  };
}

/** Whether an error leaves no doubt that nothing was committed. */
function isSettled(error: Error, at: number, commitAt: number, open: boolean): boolean {
  if (!open && at === 0) return false; // BEGIN itself failed: the statements behind it stood each alone
  if (isRefusal(error)) return true;
  return at < commitAt && isFarewell(error); // the server ended the session before it came to the COMMIT
}

const rowsOf = (sql: TableSql, reply: Reply | undefined): readonly Row[] => reply?.rows.map(sql.row) ?? [];

function partsOf(sql: TableSql, { insert = [], update = [], remove = [] }: Change): readonly Part[] {
  const table = sql.table.name;
  const parts: Part[] = [];
  if (remove.length > 0) parts.push({ statement: sql.remove(remove), table });
  if (update.length > 0) parts.push({ statement: sql.update(update), table });
  if (insert.length > 0) parts.push({ statement: sql.insert(insert), table });
  return parts;
}
