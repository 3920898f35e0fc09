import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isRefusal, storeError } from './failure.ts';

/** As the driver makes it. */
const said = (errno: number, sqlMessage: string): Error =>
  Object.assign(new Error(sqlMessage), { errno, sqlMessage, sql: "insert into accounts values ('secret')" });

const found = (errno: number, message: string): unknown => {
  const { code, details } = storeError(said(errno, message), 'accounts');
  return [code, details['constraint'], details['column']];
};

describe('what the server says', () => {
  it('names a constraint in MariaDB’s words, and in MySQL’s', () => {
    const limit = ['STORE_VIOLATION', 'balance_limit', undefined];
    assert.deepEqual(found(4025, 'CONSTRAINT `balance_limit` failed for `shop`.`accounts`'), limit);
    assert.deepEqual(found(3819, "Check constraint 'balance_limit' is violated."), limit);
    const unique = ['STORE_VIOLATION', 'one_each', undefined];
    assert.deepEqual(found(1062, "Duplicate entry 'it''s for key 'PRIMARY'' for key 'one_each'"), unique);
    assert.deepEqual(found(1062, "Duplicate entry 'x' for key 'accounts.one_each'"), unique);
    const primary = ['STORE_CONFLICT', undefined, undefined];
    assert.deepEqual(found(1062, "Duplicate entry '1' for key 'PRIMARY'"), primary);
    assert.deepEqual(found(1062, "Duplicate entry '1' for key 'accounts.PRIMARY'"), primary);
    const payer = 'a foreign key constraint fails (`shop`.`payments`, CONSTRAINT `payer` FOREIGN KEY (`a`) REFERENCES `accounts` (`id`))';
    assert.deepEqual(found(1452, `Cannot add or update a child row: ${payer}`), ['STORE_VIOLATION', 'payer', undefined]);
  });

  it('names a column', () => {
    assert.deepEqual(found(1048, "Column 'owner' cannot be null"), ['STORE_VIOLATION', 'not null', 'owner']);
    assert.deepEqual(found(1406, "Data too long for column 'owner' at row 1"), ['STORE_VIOLATION', 'limit', 'owner']);
    const incorrect = "Incorrect integer value: 'x' for column `shop`.`accounts`.`balance` at row 1";
    assert.deepEqual(found(1366, incorrect), ['STORE_VIOLATION', 'type', 'balance']);
  });

  it('is of one of the classes, and what is in none is tried again before it counts against anyone', () => {
    const codes: readonly (readonly [errno: number, code: string])[] = [
      [1213, 'STORE_CONFLICT'], // deadlock
      [1205, 'STORE_CONFLICT'], // lock wait timeout
      [1969, 'STORE_CONFLICT'], // statement timeout
      [1317, 'STORE_CONFLICT'], // interrupted
      [65_000, 'STORE_CONFLICT'],
      [1040, 'STORE_UNAVAILABLE'], // too many connections
      [1290, 'STORE_UNAVAILABLE'], // read only
      [1927, 'STORE_UNAVAILABLE'], // killed
      [1146, 'STORE_MISMATCH'], // no such table
      [1142, 'STORE_MISMATCH'], // may not
      [1644, 'STORE_VIOLATION'], // a trigger's word
    ];
    for (const [errno, code] of codes) assert.equal(storeError(said(errno, 'x'), 'accounts').code, code, String(errno));
  });

  it('keeps the rows to itself', () => {
    const error = storeError(said(1062, "Duplicate entry 'secret' for key 'one_each'"), 'accounts');
    assert.doesNotMatch(`${error.message}${JSON.stringify(error.details)}${String(error.cause)}`, /secret/);
  });

  it('is a refusal unless the session ends with it; a lost connection is none', () => {
    assert.deepEqual([said(1213, 'deadlock'), said(1927, 'killed'), said(1053, 'shutdown'), new Error('read ECONNRESET')].map(isRefusal), [
      true,
      false,
      false,
      false,
    ]);
    assert.equal(storeError(new Error('read ECONNRESET'), 'accounts').code, 'STORE_UNAVAILABLE');
  });
});
