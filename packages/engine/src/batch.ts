/** A batch: what one service has at hand, decided in memory and saved in one transaction. docs/decisions say why nothing is lost or doubled. */
import { EnsembleError, isError } from '@ensemble/errors';
import { type Log, observed } from './log.ts';
import { type Aside, putAside } from './parking.ts';
import { type Change, type Key, keyText, type Row, type Store, type Table, type Unit } from './store.ts';
import { squeezed, unsqueezed } from './squeeze.ts';
import { type ParkedRow, outbox, parked } from './tables.ts';
import { maxMessageBytes } from './transport.ts';
import { type Effect, nothing, type Said, type Verdict, type Work } from './work.ts';
import { Working } from './working.ts';

export interface BatchSetting {
  readonly store: Store;
  /** Every table a batch may touch, in the one order in which all batches load and save them. */
  readonly tables: readonly Table[];
  readonly newId: () => string;
  /** What is told of these changes, whoever decided them. */
  readonly tells: (changes: readonly Change[], now: number) => readonly Said[];
  /** Outbox rows that were published: they go with this batch. */
  readonly published: () => readonly string[];
  readonly forget: (outboxIds: readonly string[]) => void;
  /** Told of each row that was put aside, once that is committed. */
  readonly onAside: (row: ParkedRow) => void;
  readonly log: Log;
}

export interface Committed {
  /** The outbox row that holds what was said; null when nothing was. */
  readonly outboxId: string | null;
  readonly said: readonly Said[];
  readonly changes: readonly Change[];
}

/** Conflicts are decided again this often; then the batch is split, and who conflicts alone waits aside and comes again. */
const rounds = 3;

/**
 * Commits every work, in transactions as few as can be, and gives each as soon as it is committed. Works that cannot be taken are
 * parked; a job (which cannot be parked) is told its error. Errors: STORE_UNAVAILABLE and STORE_COMMIT_UNKNOWN, after which the same
 * works may simply be run again, and what is no error of the table: a bug here, of which no work is the author.
 */
export async function* runBatch(setting: BatchSetting, works: readonly Work[]): AsyncGenerator<Committed, void> {
  let failure: EnsembleError | undefined;
  for (let round = 0; round < rounds; round += 1) {
    try {
      yield await attempt(setting, works);
      return;
    } catch (error) {
      if (!hasAuthor(error)) throw error;
      failure = error;
      if (error.code !== 'STORE_CONFLICT') break;
    }
  }
  if (!failure) throw new Error('a batch ended without a result');
  const [first, ...others] = works;
  if (first && others.length === 0) {
    yield await attempt(setting, [failing(first, failure)]);
    return;
  }
  const half = Math.ceil(works.length / 2);
  yield* runBatch(setting, works.slice(0, half));
  yield* runBatch(setting, works.slice(half));
}

/** Whether some work of the batch led to it: a database that is away is nobody's doing, and a bug of the engine's no work's. */
const hasAuthor = (error: unknown): error is EnsembleError =>
  error instanceof EnsembleError && error.code !== 'STORE_UNAVAILABLE' && error.code !== 'STORE_COMMIT_UNKNOWN';

/**
 * The work that broke a constraint, alone: it is put aside with what the database said, in the transaction that would have taken it.
 * It touches no rows any more but its own aside: those may be what it could not get.
 */
const failing = (work: Work, failure: EnsembleError): Work => ({
  ...work,
  keys: (table, working) => (table === parked && work.stillWaits ? work.keys(table, working) : []),
  decide: () => {
    throw failure;
  },
});

async function attempt(setting: BatchSetting, works: readonly Work[]): Promise<Committed> {
  const { committed, asides, settled } = await commit(setting, works);
  // From here on it is done: whoever is told may fail, and the batch must not run again for that.
  for (const row of asides) observed(setting.log, 'of a message put aside', () => setting.onAside(row));
  for (const [work, error] of settled) observed(setting.log, 'of the end of its work', () => work.settled?.(error));
  return committed;
}

interface Done {
  readonly committed: Committed;
  readonly asides: readonly ParkedRow[];
  readonly settled: Decided['settled'];
}

async function commit(setting: BatchSetting, works: readonly Work[]): Promise<Done> {
  const unit = await setting.store.begin();
  try {
    const { working, failed } = await load(unit, setting.tables, works);
    const decided = decideAll(works, { working, failed }, unit.now);
    const asides = await loadAsides(unit, decided.asides);
    const changes: Change[] = working.changes(setting.tables);
    const keptAside = changes.flatMap(({ table, insert = [] }) => (table === parked ? (insert as readonly ParkedRow[]) : []));
    const news = setting.tells(changes, unit.now);
    refuseTooLarge(news);
    decided.said.push(...news);
    changes.push(...asides.changes, ...removals(decided.removes, asides.rows));
    const outboxId = decided.said.length > 0 ? setting.newId() : null;
    const gone = setting.published();
    if (outboxId !== null || gone.length > 0) {
      const insert = outboxId === null ? [] : [{ id: outboxId, payload: pack(decided.said), createdAt: unit.now }];
      changes.push({ table: outbox, insert, remove: gone.map((id) => [id]) });
    }
    await unit.commit(changes);
    setting.forget(gone);
    return { committed: { outboxId, said: decided.said, changes }, asides: [...keptAside, ...asides.fresh], settled: decided.settled };
  } catch (error) {
    await unit.rollback();
    throw error;
  }
}

interface Loaded {
  readonly working: Working;
  readonly failed: ReadonlyMap<Work, unknown>;
}

async function load(unit: Unit, tables: readonly Table[], works: readonly Work[]): Promise<Loaded> {
  const working = new Working();
  const failed = new Map<Work, unknown>();
  for (const table of tables) {
    const keys = new Map<string, Key>();
    for (const work of works) for (const key of keysOf(work, table, working, failed)) keys.set(keyText(key), key);
    if (keys.size === 0) continue;
    const wanted = [...keys.values()];
    const [rows = []] = await unit.load([{ table, keys: wanted }]);
    working.loaded(table, wanted, rows);
  }
  return { working, failed };
}

/** Keys are the author's code too: what throws there is put aside like a decision that throws. */
function keysOf(work: Work, table: Table, working: Working, failed: Map<Work, unknown>): readonly Key[] {
  if (failed.has(work) && table !== parked) return [];
  try {
    return work.keys(table, working);
  } catch (error) {
    failed.set(work, error);
    return [];
  }
}

interface Decided {
  readonly said: Said[];
  /** Of what was not loaded, and of what waited aside: whether that stays is known at the end. */
  readonly removes: (readonly [Table, Key])[];
  readonly asides: ({ readonly work: Work } & Pick<Aside, 'reason' | 'hopeless' | 'counts'>)[];
  readonly settled: (readonly [Work, Error | null])[];
}

function decideAll(works: readonly Work[], { working, failed }: Loaded, now: number): Decided {
  const decided: Decided = { said: [], removes: [], asides: [], settled: [] };
  for (const work of works) {
    const [verdict, error] = decideOne(work, () => {
      if (work.stillWaits?.(working, now) === false) return nothing;
      if (failed.has(work)) throw failed.get(work);
      return work.decide(working, now);
    });
    if ('park' in verdict) decided.asides.push({ work, reason: verdict.park, hopeless: false, counts: !isError(error, 'STORE_CONFLICT') });
    else if ('dead' in verdict) decided.asides.push({ work, reason: verdict.dead, hopeless: true, counts: true });
    else take(decided, working, verdict);
    decided.settled.push([work, error]);
  }
  return decided;
}

function take(decided: Decided, working: Working, effect: Effect): void {
  for (const [table, row] of effect.rows) working.put(table, row);
  for (const said of effect.says) decided.said.push(said);
  for (const [table, key] of effect.removes ?? [])
    if (table !== parked && working.has(table, key)) working.remove(table, key);
    else decided.removes.push([table, key]);
}

/** A decision that throws changes nothing: what it would have saved is only taken when it is whole. */
function decideOne(work: Work, decide: () => Verdict): readonly [Verdict, Error | null] {
  try {
    const verdict = decide();
    if ('says' in verdict) refuseTooLarge(verdict.says);
    return [verdict, null];
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return [work.parks ? { park: `${error.name}: ${error.message}` } : { rows: [], says: [] }, error];
  }
}

function refuseTooLarge(says: readonly Said[]): void {
  for (const { value, topic } of says)
    if (value.length > maxMessageBytes / 3 && Buffer.byteLength(value) > maxMessageBytes)
      throw new EnsembleError(
        'MESSAGE_TOO_LARGE',
        `a message for ${topic} has ${Buffer.byteLength(value)} bytes; ${maxMessageBytes} is the limit`,
      );
}

interface Asides {
  readonly changes: Change[];
  /** All that waits aside of what was decided. */
  readonly rows: readonly ParkedRow[];
  /** Those of which there is something to tell: what was a dead letter already is none anew. */
  readonly fresh: readonly ParkedRow[];
}

async function loadAsides(unit: Unit, asides: Decided['asides']): Promise<Asides> {
  const kept = asides.flatMap(({ work, ...why }) =>
    work.parks ? [{ ...work.parks, ...why, retried: work.stillWaits !== undefined }] : [],
  );
  if (kept.length === 0) return { changes: [], rows: [], fresh: [] };
  const keyOf = (row: { messageId: string; reader: string }): Key => [row.messageId, row.reader];
  const [before = []] = await unit.load([{ table: parked, keys: kept.map(keyOf) }]);
  const rows = new Map((before as readonly ParkedRow[]).map((row) => [keyText(keyOf(row)), row]));
  const stored = new Set(rows.keys());
  const dead = new Set([...rows].flatMap(([key, row]) => (row.dead ? [key] : [])));
  const touched = new Set<string>();
  for (const { retried, ...aside } of kept) {
    const key = keyText(keyOf(aside));
    const waits = rows.get(key);
    // It came again while it waits, or another of its readings has put it aside again: that is no attempt of its own.
    if (waits && (!retried || touched.has(key)) && !aside.hopeless) continue;
    rows.set(key, putAside(waits, aside, unit.now));
    touched.add(key);
  }
  const of = (known: boolean): Row[] => [...rows].filter(([key]) => touched.has(key) && stored.has(key) === known).map(([, row]) => row);
  const fresh = [...rows].flatMap(([key, row]) => (touched.has(key) && !dead.has(key) ? [row] : []));
  return { changes: [{ table: parked, insert: of(false), update: of(true) }], rows: [...rows.values()], fresh };
}

/** What waits aside for one of its readings stays there, whatever became of the others. */
function removals(removes: Decided['removes'], asides: Asides['rows']): Change[] {
  const stays = new Set(asides.map(({ messageId, reader }) => keyText([messageId, reader])));
  const byTable = new Map<Table, Key[]>();
  for (const [table, key] of removes) {
    if (table === parked && stays.has(keyText(key))) continue;
    const keys = byTable.get(table);
    if (keys) keys.push(key);
    else byTable.set(table, [key]);
  }
  return [...byTable].map(([table, keys]) => ({ table, remove: keys }));
}

/** Messages are JSON already: they go in as they are, not as text within text. */
export const pack = (said: readonly Said[]): string => {
  const parts = said.map(({ topic, key, value }) => `[${JSON.stringify(topic)},${JSON.stringify(key)},${value}]`);
  return squeezed(`[${parts.join(',')}]`);
};

export const unpack = (payload: string): Said[] =>
  (JSON.parse(unsqueezed(payload)) as [string, string, unknown][]).map(([topic, key, value]) => ({
    topic,
    key,
    value: JSON.stringify(value),
  }));
