import { deepEqual } from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { archiveOf } from './archive.ts';

const folder = (t: TestContext): string => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-archive-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
};

test('the first broker writes it, and everything after that uses it', async (t) => {
  const [jars, dir] = [folder(t), folder(t)];
  const archive = archiveOf(jars, { command: 'java', version: '17.0.15' });
  deepEqual(await archive.use(), []);
  deepEqual(await archive.useOrWrite(dir), [`-XX:ArchiveClassesAtExit=${join(dir, 'classes.jsa')}`]);
  writeFileSync(join(dir, 'classes.jsa'), 'classes');
  await archive.keep(dir);
  deepEqual([readdirSync(dir), readdirSync(jars)], [[], ['classes-java-17.0.15.jsa']]);
  const used = [`-XX:SharedArchiveFile=${join(jars, 'classes-java-17.0.15.jsa')}`];
  deepEqual([await archive.use(), await archive.useOrWrite(dir)], [used, used]);
});

test('one that wrote none leaves it as it is, and another Java has its own', async (t) => {
  const [jars, dir] = [folder(t), folder(t)];
  const archive = archiveOf(jars, { command: 'java', version: '17.0.15' });
  await archive.keep(dir);
  deepEqual(readdirSync(jars), []);
  writeFileSync(join(dir, 'classes.jsa'), 'classes');
  await archive.keep(dir);
  deepEqual(await archiveOf(jars, { command: 'java', version: '25' }).use(), []);
});
