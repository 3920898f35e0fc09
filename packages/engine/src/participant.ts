/** What a service's author writes: operations (values), tables, keys and decisions (pure functions). The engine does the rest. */
import type { AsksOf, FactsOf, NeedsOf, Operation, OrderStatus, OutcomesOf, Shape, UsesOf } from '@ensemble/flow';
import type { Lead, Settled } from './leads.ts';
import type { News } from './news.ts';
import { type Column, type Columns, json, type Key, type RowOf, type Table, table, text, timestamp, uuid } from './store.ts';

/** absent is a row that is not there; see docs/decisions for the arrows. */
export type RecordState = 'done' | 'refused' | 'undone' | 'waiting' | 'undoing';

/** What a record keeps of each operation it answered: a repeat says the same again. */
export interface StoredAnswer {
  readonly outcome: string;
  /** Milliseconds since 1970: the time of the first answer, and of its repeats. */
  readonly at: number;
  /** What the outcome added. */
  readonly adds: Readonly<Record<string, unknown>>;
  /** Where more than one may ask for the operation: what was said to the first. Whoever asks then is told the same. */
  readonly told?: {
    /** The message's key. */
    readonly message: string;
    readonly facts: Readonly<Record<string, unknown>>;
    /** The id of the message that asked; null: none did. */
    readonly cause: string | null;
  };
}

const engineColumns = {
  orderId: uuid,
  flow: text,
  state: text as Column<RecordState>,
  /** By verb. */
  answers: json<Readonly<Record<string, StoredAnswer>>>(),
  updatedAt: timestamp,
};

/** The engine's columns and the domain's; the domain's may be null, since a tombstone knows nothing. */
export type RecordTable<C extends Columns = Columns> = Table<C & typeof engineColumns>;

/** What a participant did for an order: one row an order, keyed by its id. `columns` must allow null. */
export const record = <const C extends Columns>(name: string, columns: C): RecordTable<C> =>
  table(name, ['orderId'], { ...columns, ...engineColumns });

/** By name; `record` is the record, if there is one. They are loaded and saved in the order written. */
export type Tables = Readonly<Record<string, Table>>;

/** The rows of one table that this batch sees, by primary key. */
export interface Rows<T> {
  get(...key: Key): RowOf<T> | undefined;
}

export type View<T extends Tables> = { readonly [K in Exclude<keyof T, 'record'>]: Rows<T[K]> } & {
  readonly record: T['record'] extends Table ? RowOf<T['record']> | undefined : undefined;
};

/** What a message tells an operation: the facts it carries, and the order. */
export type Told<O> = FactsOf<NeedsOf<O>> & Partial<FactsOf<UsesOf<O>>> & { readonly orderId: string };

type AddsOf<O, K> = K extends keyof OutcomesOf<O> ? (OutcomesOf<O>[K] extends { adds: infer A extends Shape } ? FactsOf<A> : never) : never;
type AddsFacts<F> = keyof F extends never ? { readonly adds?: undefined } : { readonly adds: F };

/** How a decision ends: an outcome with what it adds, and whole rows to save; or a question to the outside world. */
export type Decision<O, T extends Tables> =
  | { [K in keyof OutcomesOf<O> & string]: { readonly says: K } & AddsFacts<AddsOf<O, K>> & Saves<T> }[keyof OutcomesOf<O> & string]
  | Asks<O, T>;

type Asks<O, T extends Tables> = keyof AsksOf<O> extends never
  ? never
  : { readonly asks: FactsOf<AsksOf<O>>; readonly says?: undefined; readonly adds?: undefined } & Saves<T>;

type Final<O> = Exclude<keyof OutcomesOf<O> & string, 'nothing'>;

/** The final word from outside: an outcome of the operation that asked, with what it adds. */
export type WordOf<O> = { [K in Final<O>]: { readonly says: K } & AddsFacts<AddsOf<O, K>> }[Final<O>];

interface Saves<T extends Tables> {
  readonly rows?: { readonly [K in Exclude<keyof T, 'record'>]?: readonly RowOf<T[K]>[] };
  /** The domain's columns of the record. */
  readonly record?: T['record'] extends Table ? Partial<Omit<RowOf<T['record']>, keyof typeof engineColumns>> : never;
}

/** One line of an order's timeline, as a projection sees it. */
export interface Entry {
  readonly orderId: string;
  readonly flow: string;
  /** Whether the message says that it is of this flow: a foreign program's does not, and another flow may have one of the same name. */
  readonly named: boolean;
  /** Whether it can be of no other flow. One that may be is taken for this one's only where the order's row says so. */
  readonly sure: boolean;
  /** The message's key: of each there is one an order, however often it is said. */
  readonly message: string;
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly rank: number;
  readonly status: OrderStatus;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Whose answers it leads to. */
  readonly leads: readonly Lead[];
  /** Which answers nobody waits for any more once it was said. */
  readonly settles: readonly Settled[];
}

/**
 * What it needs is not there yet: nothing is saved or said, and the message waits aside and is tried again, for a minute. An order that is
 * taken back meanwhile needs it no more. Only for what may as well be refused: an undo, or what follows a do, has to be done.
 */
interface NotYet<O> {
  /** Why, in words: it is in the log, and with the message where it waits. */
  readonly notYet: string;
  /** How it ends when that minute is over; without, the message is a dead letter then, for a person to look at. */
  readonly atLast?: WordOf<O>;
  readonly says?: undefined;
  readonly adds?: undefined;
  readonly rows?: undefined;
  readonly record?: undefined;
}

/** What a projection makes of an entry that may be another flow's while it has no row of the order: the message waits for one, and is a dead letter where none comes. */
interface OfNoRow {
  readonly waits: true;
  readonly rows?: undefined;
}

type Decide<O, T extends Tables> =
  O extends Operation<infer _S, infer K>
    ? K extends 'project'
      ? (view: View<T>, entry: Entry) => Saves<T> | OfNoRow
      : (view: View<T>, facts: Told<O>) => Decision<O, T> | (K extends 'do' | 'read' ? NotYet<O> : never)
    : never;

/** A decision for each operation, by verb. No clock, no await, no I/O: the same rows and facts give the same decision. */
export type Decisions<Ops, T extends Tables> = { readonly [K in keyof Ops]: Decide<Ops[K], T> };

type AskingOf<Ops> = { [K in keyof Ops]: keyof AsksOf<Ops[K]> extends never ? never : K }[keyof Ops];

/** What is saved when the word from outside has come, by verb; the word itself says how it ended. As pure as a decision. */
export type Hears<Ops, T extends Tables> = { readonly [K in AskingOf<Ops>]: (view: View<T>, word: WordOf<Ops[K]>) => Saves<T> };

type AllFacts<Ops> = { [K in keyof Ops]: (facts: Told<Ops[K]>) => void }[keyof Ops] extends (facts: infer F) => void ? F : never;

/** Which rows a message touches: from what it tells, the record, and the tables before it. */
export type Keys<Ops, T extends Tables> = {
  readonly [K in Exclude<keyof T, 'record'>]?: (
    facts: Partial<AllFacts<Ops>> & { readonly orderId: string },
    view: View<T>,
  ) => readonly Key[];
};

/** News by the participant's name for the table that they tell, or are kept in. */
export type NewsOf<T extends Tables> = { readonly [K in Exclude<keyof T, 'record'>]?: News };

export interface Participant {
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly tables: Tables;
  readonly keys: Readonly<Record<string, ((facts: never, view: never) => readonly Key[]) | undefined>>;
  readonly decide: Readonly<Record<string, (view: never, facts: never) => unknown>>;
  readonly hears: Readonly<Record<string, (view: never, word: never) => unknown>>;
  /** A folder of numbered SQL files. */
  readonly migrations: URL | null;
  /** Whether it coordinates flows: it then has a table of sagas. */
  readonly coordinates: boolean;
  /** Which of its tables it tells: every row when it starts, and each that changes, in the batch that changes it. */
  readonly tells: NewsOf<Tables>;
  /** Which of its tables are copies of what others tell: each row is the newest of its key. Nothing else may change them. */
  readonly copies: NewsOf<Tables>;
}

export function participant<const Ops extends Readonly<Record<string, Operation>>, const T extends Tables>(definition: {
  readonly name: string;
  readonly operations: Ops;
  readonly tables: T;
  readonly keys: Keys<Ops, T>;
  readonly decide: Decisions<Ops, T>;
  /** For operations that ask outside. */
  readonly hears?: Hears<Ops, T>;
  readonly migrations: URL | null;
  readonly coordinates?: boolean;
  readonly tells?: NewsOf<T>;
  readonly copies?: NewsOf<T>;
}): Participant {
  return { coordinates: false, hears: {}, tells: {}, copies: {}, ...definition };
}
