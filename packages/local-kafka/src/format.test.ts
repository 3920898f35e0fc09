import { deepEqual, equal, match, notEqual, rejects } from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { format, type Formatting, isFormatted } from './format.ts';
import { fileOf } from './settings.ts';

const folder = (t: TestContext): string => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-format-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
};
const formatting = (t: TestContext, jars: string): Formatting => ({
  dir: folder(t),
  identity: { brokerPort: 1, controllerPort: 2, clusterId: '-ZfbJ7Q6i_C3BuZ3LDR3nA' },
  jars,
  java: join(jars, 'no-java'),
  options: [],
  progress: () => undefined,
  signal: new AbortController().signal,
});
const labelOf = (dir: string): string => readFileSync(join(fileOf.storage(dir), 'meta.properties'), 'utf8');

test('where the tool has been once it is not needed again: the same records, and a label of its own', async (t) => {
  const jars = folder(t);
  writeFileSync(join(jars, 'bootstrap.checkpoint'), 'records');
  const [one, other] = [formatting(t, jars), formatting(t, jars)];
  for (const each of [one, other]) await format(each);
  deepEqual(readdirSync(fileOf.storage(one.dir)).toSorted(), ['bootstrap.checkpoint', 'meta.properties']);
  equal(readFileSync(join(fileOf.storage(one.dir), 'bootstrap.checkpoint'), 'utf8'), 'records');
  match(labelOf(one.dir), /^version=1\ncluster\.id=-ZfbJ7Q6i_C3BuZ3LDR3nA\nnode\.id=1\ndirectory\.id=[\w-]{22}\n$/);
  notEqual(labelOf(one.dir), labelOf(other.dir));
});

test('a folder that is formatted stays as it is', async (t) => {
  const jars = folder(t);
  writeFileSync(join(jars, 'bootstrap.checkpoint'), 'records');
  const one = formatting(t, jars);
  await format(one);
  const before = labelOf(one.dir);
  await format({ ...one, identity: { ...one.identity, clusterId: 'another' } });
  equal(labelOf(one.dir), before);
});

test('the first time the tool is needed, and where what it left is empty', async (t) => {
  const one = formatting(t, folder(t));
  await rejects(format(one), { code: 'KAFKA_DID_NOT_START' });
  writeFileSync(join(one.jars, 'bootstrap.checkpoint'), '');
  await rejects(format(one), { code: 'KAFKA_DID_NOT_START' });
  equal(await isFormatted(one.dir), false);
});
