import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { groupsOf, kindOf, longest, needsOf, testFiles } from './files.ts';
import { type Result, runFiles, runGroup } from './run-files.ts';
import { openScratch, placeFor } from './scratch.ts';
import { missing } from './servers.ts';
import { closing, count, resultLines, totals } from './totals.ts';

const top = mkdtempSync(join(tmpdir(), 'suite-'));
after(() => rmSync(top, { recursive: true }));

const head = "import assert from 'node:assert/strict'; import { before, describe, test } from 'node:test';\n";

async function ran(name: string, body: string, seconds = 20): Promise<Result> {
  writeFileSync(join(top, name), head + body);
  return await runFiles([name], { seconds, signal: new AbortController().signal, top });
}

const firstLines = (result: Result): readonly string[] => result.failures.map((failure) => failure.split('\n')[0] ?? '');

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
    assert.match(resultLines(result), /1 !== 2[^]*said at the end:\n {4}hello/);
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
    assert.deepEqual((await ran('none.test.ts', 'console.log(1);')).failures, [
      'none.test.ts: has no test in it, or ended before one had run',
    ]);
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
  ] as const) {
    test(`that ${what}: failed`, async () => {
      assert.deepEqual(firstLines(await ran('ends.test.ts', body)), ['ends.test.ts: did not load, or did not end well']);
    });
  }

  test('that fails after its tests: failed, with its reason', async () => {
    const [failure] = (await ran('late-end.test.ts', "test('b', () => { void Promise.reject(new Error('late')); });")).failures;
    assert.match(failure ?? '', /asynchronous activity after the test ended[^]*Error: late/);
  });

  test('whose promise is rejected while it runs, and nobody handles it: failed, with the reason', async () => {
    const body = "void Promise.reject(new Error('lost')); await new Promise((resolve) => setImmediate(resolve));";
    assert.match(
      resultLines(await ran('rejected.test.ts', `test('b', async () => { ${body} });`)),
      /asynchronous activity after the test ended[^]*Error: lost/,
    );
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

  test('that leaves a process behind, which has its output: failed, and nobody waits for that', async () => {
    const left = "import { spawn } from 'node:child_process'; test('b', () => spawn('sleep', ['15'], { stdio: 'inherit' }).unref());";
    const result = await ran('leaves.test.ts', left, 2);
    assert.match(result.failures.join('\n'), /ended after 2 s/);
    assert.ok(result.seconds < 10);
  });

  test('that ends its process in the middle: failed', async () => {
    const result = await ran('middle.test.ts', "test('b', () => process.exit(0)); test('c', () => {});");
    assert.match(result.failures.join('\n'), /ended before one had run/);
  });
});

describe('neighbours in one process', () => {
  const fine = "test('a', () => {});";
  async function group(bodies: Readonly<Record<string, string>>, seconds = 20): Promise<readonly Result[]> {
    for (const [name, body] of Object.entries(bodies)) writeFileSync(join(top, name), head + body);
    const results: Result[] = [];
    await runGroup(Object.keys(bodies), { seconds, signal: new AbortController().signal, top }, (result) => results.push(result));
    return results;
  }
  const counted = ({ paths, passed, notRun, failures }: Result) => [
    paths,
    passed,
    notRun,
    failures.map((failure) => failure.split('\n')[0]),
  ];

  test('are counted together: each test once, what was skipped by its place', async () => {
    const results = await group({
      'one.test.ts': "describe('a', () => { test('b', () => {}); test('c', (t) => t.test('d', () => {})); });",
      'two.test.ts': "test('e', () => console.log('hello')); test('f', { skip: 'no moon' }, () => {});",
    });
    assert.deepEqual(results.map(counted), [[['one.test.ts', 'two.test.ts'], 4, ['two.test.ts:2: f (no moon)'], []]]);
    assert.match(resultLines(results[0] ?? assert.fail()), /^✔ 2 files, one\.test\.ts to two\.test\.ts \(4 passed, 1 NOT RUN, /);
  });

  for (const [what, body, failure] of [
    ['fails', "test('b', () => assert.equal(1, 2));", 'bad.test.ts:2: b'],
    ['does not load', "throw new Error('no');", 'bad.test.ts: did not load, or did not end well'],
    [
      'ends its process',
      "test('b', () => globalThis['process'].exit(0)); test('c', () => {});",
      'bad.test.ts: has no test in it, or ended before one had run',
    ],
  ] as const)
    test(`where one ${what}, each is run alone, and it is named`, async () => {
      const results = await group({ 'good.test.ts': fine, 'bad.test.ts': body });
      assert.deepEqual(counted(results[0] ?? assert.fail()), [['good.test.ts'], 1, [], []]);
      const [paths, , , failures] = counted(results[1] ?? assert.fail());
      assert.deepEqual([paths, failures, results.length], [['bad.test.ts'], [failure], 2]);
    });

  test('that pass alone and not together have failed', async () => {
    const results = await group({
      'one.test.ts': "test('a', () => { (globalThis as { left?: boolean }).left = true; });",
      'two.test.ts': "test('b', () => assert.equal((globalThis as { left?: boolean }).left, undefined));",
    });
    assert.deepEqual(
      results.slice(0, 2).flatMap(({ failures }) => failures),
      [],
    );
    const [last] = results.slice(2);
    assert.match(last?.failures.join('\n') ?? '', /two\.test\.ts:2: b\n[^]*each passed alone, this time/);
    assert.equal(last?.passed, 0);
  });

  test('are pure files that nobody else feels, as many as there is use for; every other file is alone', () => {
    const files = testFiles([]);
    const groups = groupsOf(files);
    assert.deepEqual(new Set(groups.flat()), new Set(files));
    assert.equal(groups.flat().length, files.length);
    const folders = (each: (typeof groups)[number]): number => new Set(each.map(({ path }) => path.split('/')[0])).size;
    const shared = groups.filter((each) => each.length > 1);
    assert.deepEqual(
      shared.filter((each) => each.length > 12 || folders(each) > 1 || each.some(({ alone }) => alone)),
      [],
    );
    assert.deepEqual(
      groups.slice(0, longest.length).map(([file]) => file?.path),
      longest,
    );
  });

  test('a file that starts processes, skips its neighbours, runs before their tests or has none is alone', () => {
    for (const [name, body] of [
      ['a.test.ts', "import 'node:child_process';"],
      ['b.test.ts', "test.only('x', () => {});"],
      ['c.test.ts', 'beforeEach(() => {});'],
      ['d.test.ts', "process.env['TZ'] = 'UTC';"],
      ['e.test.ts', "describe('x', () => { beforeEach(() => {}); }); // only here"],
      ['f.test.ts', 'console.log(1);'],
    ] as const)
      writeFileSync(join(top, name), body);
    const alone = testFiles([], top).filter(({ path }) => /^[a-f]\.test\.ts$/.test(path));
    assert.deepEqual(
      alone.map((file) => [file.path, file.alone]),
      [
        ['a.test.ts', true],
        ['b.test.ts', true],
        ['c.test.ts', true],
        ['d.test.ts', true],
        ['e.test.ts', false],
        ['f.test.ts', true],
      ],
    );
  });
});

describe('the closing lines', () => {
  const result = (passed: number, failures: readonly string[], notRun: readonly string[]): Result => ({
    paths: ['a.test.ts'],
    passed,
    failures,
    notRun,
    output: '',
    seconds: 1,
  });
  const closed = (results: readonly Result[], strict: boolean): { last: string; code: number } => {
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

describe('where tests keep what goes with them', () => {
  test('a folder of the run’s own, which goes with it', () => {
    const { dir, close } = openScratch({});
    writeFileSync(join(dir, 'left'), '');
    assert.equal(statSync(dir).mode & 0o1777, 0o1777);
    close();
    assert.equal(existsSync(dir), false);
  });
  test('or the one that is given, which stays', () => {
    const scratch = openScratch({ TMPDIR: top });
    scratch.close();
    assert.deepEqual([scratch.dir, existsSync(top)], [top, true]);
  });
  test('in memory where there is plenty, for files and for programs, and on the disk otherwise', () => {
    const [tmpfs, disk, GiB] = [0x01021994, 0xef53, 2 ** 30];
    const place = (type: number, files: number, available: number): string =>
      placeFor({ statfs: () => ({ type, bavail: files / 4_096, bsize: 4_096 }), available });
    assert.equal(place(tmpfs, 8 * GiB, 8 * GiB), '/dev/shm');
    const wanting = [place(disk, 8 * GiB, 8 * GiB), place(tmpfs, 8 * GiB - 4_096, 8 * GiB), place(tmpfs, 8 * GiB, 8 * GiB - 1)];
    const statfs = (): never => {
      throw new Error('ENOENT');
    };
    assert.deepEqual([...wanting, placeFor({ statfs, available: 8 * GiB })], Array.from({ length: 4 }, tmpdir));
  });
  test('it goes when the process is killed', {
    timeout: 20_000,
    skip: process.platform === 'win32' && 'no shell waits there',
  }, async (t) => {
    const script = `import { openScratch } from ${JSON.stringify(import.meta.resolve('./scratch.ts'))};
      process.stdout.write(openScratch({}).dir);
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => owner.kill('SIGKILL'));
    const dir = await once(owner.stdout, 'data').then(([said]: unknown[]) => String(said));
    writeFileSync(join(dir, 'left'), '');
    owner.kill('SIGKILL');
    await t.waitFor(() => assert.equal(existsSync(dir), false), { timeout: 10_000 });
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
