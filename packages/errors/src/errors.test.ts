import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EnsembleError, type ErrorEntry, errorTable, isError } from './main.ts';
import { errorsPage } from './page.ts';

const table: Readonly<Record<string, ErrorEntry>> = errorTable;
const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md tells of every code in the table, and of no other', () => {
  const told = [...page.matchAll(/^\| <a id="\w+"><\/a>`(?<code>\w+)`/gm)].map(({ groups }) => groups?.['code']);
  deepEqual(told, Object.keys(table));
});

test('docs/errors.md says what the table says; npx node tools/errors-page.ts --write writes it anew', () => {
  equal(page, errorsPage(table));
});

test('each entry says what it means and what to do in whole sentences', () => {
  const sentence = /^[A-Z`'"].*\.$/s;
  const wrong = Object.entries(table).filter(([, { meaning, todo }]) => !sentence.test(meaning) || !sentence.test(todo));
  deepEqual(wrong, []);
});

test('a code is words in capitals, and its HTTP status is one of an error', () => {
  const wrong = Object.entries(table).filter(
    ([code, { http = 400 }]) => !/^[A-Z]+(_[A-Z]+)*$/.test(code) || http < 400 || http > 599 || !Number.isInteger(http),
  );
  deepEqual(wrong, []);
});

test('an error keeps its details and its cause, and is told by its code', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new EnsembleError('STORE_UNAVAILABLE', 'no answer', { service: 'payment' }, cause);
  deepEqual([error.message, error.details, error.cause], ['no answer', { service: 'payment' }, cause]);
  ok(isError(error) && isError(error, 'STORE_CONFLICT', 'STORE_UNAVAILABLE'));
  ok(!isError(error, 'STORE_CONFLICT') && !isError(cause));
});
