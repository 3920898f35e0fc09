import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { kindOf, longest, needsOf, processesOf, testFiles } from './files.ts';
import { type FileResult, runFile } from './run-file.ts';
import { missing } from './servers.ts';
import { runTogether, type Together } from './together.ts';
import { closing, count, fileLines, totals } from './totals.ts';

const top = mkdtempSync(join(tmpdir(), 'suite-'));
after(() => rmSync(top, { recursive: true }));
// By this node:test knows that it runs inside itself, and then runs nothing. Here it shall.
before(() => delete process.env['NODE_TEST_CONTEXT']);

const head = "import assert from 'node:assert/strict'; import { before, describe, test } from 'node:test';\n";

async function ran(name: string, body: string, seconds = 20): Promise<FileResult> {
  writeFileSync(join(top, name), head + body);
  return await runFile(name, { seconds, signal: new AbortController().signal, top });
}

const firstLines = (result: FileResult): readonly string[] => result.failures.map((failure) => failure.split('\n')[0] ?? '');

describe('a file is counted', () => {
  test('each test once, its suites not', async () => {
    const { passed, failures, notRun } = await ran(
      'fine.test.ts',
      "describe('a', () => { test('b', () => {}); test('c', (t) => t.test('d', () => {})); });",
    );
    assert.deepEqual({ passed, failures, notRun }, { passed: 3, failures: [], notRun: [] });
  });

  test('a failure once, in full, with what was said', async () => {
    const result = await ran(
      'bad.test.ts',
      "describe('a', () => { test('b', () => { console.log('hello'); assert.equal(1, 2); }); test('c', () => {}); });",
    );
    assert.equal(result.passed, 1);
    assert.deepEqual(firstLines(result), ['bad.test.ts:2: b']);
    assert.match(fileLines(result), /1 !== 2[^]*said at the end:\n {4}hello/);
  });

  test('a skipped test is not run: neither passed nor failed', async () => {
    const { passed, failures, notRun } = await ran(
      'skip.test.ts',
      "test('b', { skip: 'no moon' }, () => {}); test('c', (t) => t.todo('later'));",
    );
    assert.deepEqual(
      { passed, failures, notRun },
      { passed: 0, failures: [], notRun: ['skip.test.ts:2: b (no moon)', 'skip.test.ts:2: c (later)'] },
    );
  });

  test('without a test in it: failed; but the compiler tests types', async () => {
    assert.deepEqual((await ran('none.test.ts', 'console.log(1);')).failures, ['none.test.ts: has no test in it']);
    assert.deepEqual(
      await ran('none.types.test.ts', 'const a: 1 = 1; console.log(a);').then(({ passed, failures }) => ({ passed, failures })),
      {
        passed: 1,
        failures: [],
      },
    );
  });

  for (const [what, body] of [
    ['does not load', "throw new Error('no');"],
    ['exits with another code than 0', "test('b', () => {}); setImmediate(() => process.exit(3));"],
    ['fails after its tests', "test('b', () => { void Promise.reject(new Error('late')); });"],
  ] as const) {
    test(`that ${what}: failed`, async () => {
      assert.deepEqual(firstLines(await ran('ends.test.ts', body)), ['ends.test.ts: did not load, or did not end well']);
    });
  }

  test('whose promise is rejected while it runs, and nobody handles it: failed, with the reason', async () => {
    const body = "void Promise.reject(new Error('lost')); await new Promise((resolve) => setImmediate(resolve));";
    assert.match(fileLines(await ran('rejected.test.ts', `test('b', async () => { ${body} });`)), /did not end well[^]*lost/);
  });

  test('whose timer throws: its test has failed, at once', async () => {
    const body = "setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});";
    const result = await ran('late.test.ts', `test('b', async () => { ${body} }); test('c', () => {});`);
    assert.deepEqual([result.passed, firstLines(result)], [1, ['late.test.ts:2: b']]);
  });

  test("a suite's hook is the suite's", async () => {
    const hook = "before(() => { throw new Error('no'); });";
    const result = await ran('hook.test.ts', `describe('a', () => { ${hook} test('b', () => {}); }); test('c', () => {});`);
    assert.deepEqual([result.passed, firstLines(result)], [1, ['hook.test.ts:2: b', 'hook.test.ts:2: a']]);
  });

  test('that never ends: ended, and failed', async () => {
    const result = await ran('hangs.test.ts', "test('b', () => {}); setInterval(() => {}, 1000);", 2);
    assert.match(result.failures.join('\n'), /ended after 2 s/);
  });
});

describe('files in one process', () => {
  const together = async (bodies: Readonly<Record<string, string>>, seconds = 20): Promise<Together> => {
    for (const [name, body] of Object.entries(bodies)) writeFileSync(join(top, name), head + body);
    return runTogether(Object.keys(bodies), { seconds, signal: new AbortController().signal, top });
  };

  test('are counted as one: each test once, what was skipped by its place', async () => {
    const { passed, notRun, problem } = await together({
      'one.test.ts': "describe('a', () => { test('b', () => {}); test('c', (t) => t.test('d', () => {})); });",
      'two.test.ts': "test('e', () => console.log('hello')); test('f', { skip: 'no moon' }, () => {});",
    });
    assert.deepEqual({ passed, notRun, problem }, { passed: 4, notRun: ['two.test.ts:2: f (no moon)'], problem: '' });
  });

  for (const [what, body, problem] of [
    ['fails', "test('b', () => { console.log('hello'); assert.equal(1, 2); });", /bad\.test\.ts:2: b[^]*1 !== 2[^]*hello/],
    ['does not load', "throw new Error('no');", /Error: no[^]*ended with 1/],
    ['exits with another code than 0', "test('b', () => {}); setImmediate(() => process.exit(3));", /ended with 3/],
    ['exits in the middle', "test('b', () => process.exit(0)); test('c', () => {});", /ended with 0, before all had run/],
    ['leaves a rejection behind', "test('b', () => { void Promise.reject(new Error('late')); });", /late/],
  ] as const)
    test(`where one ${what}, all is not well`, async () => {
      assert.match((await together({ 'good.test.ts': "test('a', () => {});", 'bad.test.ts': body })).problem, problem);
    });

  test('that never end are ended', async () => {
    assert.match((await together({ 'hangs.test.ts': "test('b', () => {}); setInterval(() => {}, 1000);" }, 2)).problem, /ended after 2 s/);
  });

  test('are pure neighbours, as many as there is use for; every other file is alone', () => {
    const files = testFiles([]);
    const processes = processesOf(files);
    assert.deepEqual(new Set(processes.flat()), new Set(files));
    assert.equal(processes.flat().length, files.length);
    const folders = (each: (typeof processes)[number]): number => new Set(each.map(({ path }) => path.split('/')[0])).size;
    const shared = processes.filter((each) => each.length > 1);
    assert.deepEqual(
      shared.filter((each) => each.length > 12 || folders(each) > 1 || each.some(({ kind }) => kind !== 'pure')),
      [],
    );
    assert.deepEqual(
      processes.slice(0, longest.length).map(([file]) => file?.path),
      longest,
    );
  });
});

describe('the closing lines', () => {
  const result = (passed: number, failures: readonly string[], notRun: readonly string[]): FileResult => ({
    path: 'a.test.ts',
    passed,
    failures,
    notRun,
    output: '',
    seconds: 1,
  });
  const closed = (results: readonly FileResult[], strict: boolean): { last: string; code: number } => {
    const total = totals();
    for (const one of results) count(total, one);
    const { text, code } = closing(total, strict);
    return { last: text.split('\n').at(-1) ?? '', code };
  };

  test('add up', () => assert.deepEqual(closed([result(2, [], []), result(3, [], [])], true), { last: '5 passed, 0 failed', code: 0 }));
  test('fail with one failure', () => assert.deepEqual(closed([result(2, ['x'], [])], false), { last: '2 passed, 1 failed', code: 1 }));
  test('fail where nothing passed', () => assert.deepEqual(closed([], false), { last: '0 passed, 0 failed', code: 1 }));
  test('count what was not run as failed where nobody reads', () => {
    assert.deepEqual(closed([result(2, [], ['x'])], false), { last: '2 passed, 0 failed', code: 0 });
    assert.deepEqual(closed([result(2, [], ['x'])], true), { last: '2 passed, 1 failed', code: 1 });
  });
});

describe('a file says by its name and its words what it needs', () => {
  test('its kind', () => {
    const kinds = ['a.test.ts', 'a.types.test.ts', 'a.server.test.ts', 'a.system.test.ts'].map(kindOf);
    assert.deepEqual(kinds, ['pure', 'pure', 'servers', 'system']);
  });
  test('its servers', () => {
    assert.deepEqual([...needsOf('pure', 'kafka')], []);
    assert.deepEqual([...needsOf('servers', 'testServers().databaseUrl')], ['postgres']);
    assert.deepEqual([...needsOf('servers', 'testServers().kafkaBrokers')], ['kafka']);
    assert.deepEqual([...needsOf('servers', 'testServers().mysqlUrl')], ['mysql']);
    assert.deepEqual([...needsOf('system', "import 'playwright-core'")], ['postgres', 'kafka', 'chromium']);
  });
  test('the longest are there, and begin first', () => {
    const paths = testFiles([]).map((file) => file.path);
    assert.deepEqual(paths.slice(0, longest.length), longest);
    const others = paths.slice(longest.length);
    assert.deepEqual(others, others.toSorted());
  });
  test('a filter is part of a path', () => {
    assert.deepEqual(
      testFiles(['./tools/suite/']).map((file) => file.path),
      ['tools/suite/suite.test.ts'],
    );
  });
  test('what this machine lacks is told', () => {
    assert.match(missing('kafka', { PATH: '/nowhere' }) ?? '', /Java 17 or newer and Maven/);
    assert.equal(missing('mysql', { MYSQL_URL: 'mysql://root@somewhere/', PATH: '/nowhere' }), undefined);
    assert.match(missing('chromium', { PATH: '/nowhere' }) ?? '', /chromium is not installed/);
    assert.equal(missing('postgres', {}), undefined);
  });
});
