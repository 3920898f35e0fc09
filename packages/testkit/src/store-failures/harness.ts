import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { inspect } from 'node:util';
import { bigint, type Change, int, type Row, type Store, table, text } from '@ensemble/engine/store';
import { isError } from '@ensemble/errors';
import type { CommitWords } from '../cutting-proxy.ts';
import { save } from '../store-conformance/harness.ts';

export interface StoreOptions {
  readonly url: string;
  readonly writers?: number;
  /** Milliseconds. */
  readonly timeouts?: { readonly lock?: number; readonly idleInTransaction?: number; readonly answer?: number };
  readonly log?: (line: string) => void;
}

export interface Server {
  /** Of a database, as one who may do everything in it. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  /** As a crash would. */
  kill(): void | Promise<void>;
}

/** A store over an SQL server. */
export interface FailuresHarness {
  store(options: StoreOptions): Store;
  /** A database that only this test uses. */
  database(): Promise<{ readonly url: string; drop(): Promise<void> }>;
  run(url: string, sql: string): Promise<readonly (readonly unknown[])[]>;
  /** Makes `accounts`, with the constraints one_account_each (of the owner) and balance_limit (-100). */
  readonly schema: string;
  readonly commitWords: CommitWords;
  /** Has the server end every session of this database that is within a transaction. */
  endTransactions(url: string): Promise<void>;
  /** How the server numbers what it refuses, as a detail of the error. */
  readonly codes: { readonly check: object; readonly unique: object; readonly unknownTable: object };
  /** Where none listens. */
  readonly nowhere: string;
  /** A server of the test's own, with its data in `dir`; `before`: what ran there until it was killed. */
  start(dir: string, before?: Server): Promise<Server>;
  /** Why no such server can be started here; false: it can. */
  readonly cannotStart: string | false;
}

export const accounts = table('accounts', ['id'], { id: int, owner: text, balance: bigint });
export const account = (id: number, balance = 0, owner = `owner ${id}`): Row => ({ id, owner, balance });

/** One database for all tests within a `describe`, and for each of them a store with one account: owner 1, with a balance of 0. */
export interface Bed {
  readonly harness: FailuresHarness;
  /** Known once tests run. */
  url(): string;
  store(): Store;
  /** Another, closed after the test. */
  open(more?: Partial<StoreOptions>): Store;
  /** After the test. */
  closing(close: () => Promise<void>): void;
  closeAll(): Promise<void>;
  balances(): Promise<unknown>;
  /** That a commit of these is refused, whether or not its unit has loaded before, changes nothing, and tells nobody's data. */
  refused(code: string, details: object, ...changes: readonly Change[]): Promise<void>;
}

/** Declares the hooks, with node:test. */
export function bedOf(harness: FailuresHarness): Bed {
  let database: { readonly url: string; drop(): Promise<void> } | undefined;
  let store: Store | undefined;
  const closings: (() => Promise<void>)[] = [];
  const there = <T>(value: T | undefined): T => {
    assert.ok(value !== undefined, 'it is there while a test runs');
    return value;
  };
  const bed: Bed = {
    harness,
    url: () => there(database).url,
    store: () => there(store),
    open(more = {}) {
      const opened = harness.store({ url: bed.url(), writers: 2, ...more });
      closings.push(() => opened.close());
      return opened;
    },
    closing: (close) => void closings.push(close),
    async closeAll() {
      for (const close of closings.splice(0)) await close();
    },
    async balances() {
      const rows = await harness.run(bed.url(), 'select id, balance from accounts order by id');
      return rows.map((row) => row.map(Number));
    },
    async refused(code, details, ...changes) {
      const expected = await bed.balances();
      for (const loadsFirst of [false, true]) {
        const unit = await bed.store().begin();
        if (loadsFirst) await unit.load([{ table: accounts, keys: [[1], [2]] }]);
        await assert.rejects(unit.commit(changes), (error) => {
          assert.ok(isError(error), String(error));
          assert.deepEqual({ code: error.code, details: error.details }, { code, details });
          assert.doesNotMatch(inspect(error), /owner 1/); // nobody's data in logs
          return true;
        });
      }
      assert.deepEqual(await bed.balances(), expected);
    },
  };
  before(async () => {
    database = await harness.database();
    await harness.run(database.url, harness.schema);
  });
  after(() => database?.drop());
  beforeEach(async () => {
    await harness.run(bed.url(), 'delete from accounts');
    store = bed.open();
    await save(store, { table: accounts, insert: [account(1)] });
  });
  afterEach(() => bed.closeAll());
  return bed;
}
