import { deepEqual, equal, match } from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { archiveOf } from './archive.ts';

const folder = (t: TestContext): string => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-archive-'));
  t.after(() => {
    chmodSync(dir, 0o700);
    rmSync(dir, { recursive: true });
  });
  return dir;
};
const java = { version: '17.0.15', build: 'a1b2c3d4' };
const silent = (): void => undefined;

test('the first broker writes it, whatever an earlier one left, and everything after that uses it', async (t) => {
  const [jars, dir] = [folder(t), folder(t)];
  const archive = archiveOf(jars, java);
  deepEqual(await archive.use(), { options: [] });
  writeFileSync(join(dir, 'classes.jsa'), 'of a start that failed');
  const { options, keep } = await archive.useOrWrite(dir, silent);
  deepEqual([options, readdirSync(dir)], [[`-XX:ArchiveClassesAtExit=${join(dir, 'classes.jsa')}`], []]);
  writeFileSync(join(dir, 'classes.jsa'), 'classes');
  await keep?.();
  deepEqual([readdirSync(dir), readdirSync(jars)], [[], ['classes-java-17.0.15-a1b2c3d4.jsa']]);
  const used = { options: [`-XX:SharedArchiveFile=${join(jars, 'classes-java-17.0.15-a1b2c3d4.jsa')}`] };
  deepEqual([await archive.use(), await archive.useOrWrite(dir, silent)], [used, used]);
  deepEqual(await archiveOf(jars, { ...java, build: 'e5f6a7b8' }).use(), { options: [] });
});

test('one that cannot be kept is said, leaves nothing behind, and is no failure', async (t) => {
  const [jars, dir] = [folder(t), folder(t)];
  const said: string[] = [];
  const { keep } = await archiveOf(jars, java).useOrWrite(dir, (line) => void said.push(line));
  await keep?.(); // the broker wrote nothing
  equal(said.length, 1);
  match(said[0] ?? '', /^The next start of Kafka will be no faster: .*ENOENT/);
  deepEqual(readdirSync(jars), []);
});
