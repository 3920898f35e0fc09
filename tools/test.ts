import { join } from 'node:path';
import { checkLines, runChecks } from './checks.ts';
import { groupsOf, type Need, type TestFile, testFiles } from './suite/files.ts';
import { type Result, runGroup } from './suite/run-files.ts';
import { openScratch } from './suite/scratch.ts';
import { missing, startServers } from './suite/servers.ts';
import { closing, count, resultLines, totals } from './suite/totals.ts';
import { root } from './tree.ts';

// npm test: everything. npm test -- PATH…: the test files whose path holds one of the words, with the servers that they need.

/** Seconds each part should take on two cores; together under five minutes. More is said loudly, and is no failure. */
const budgets = { check: 25, pure: 75, servers: 95, system: 100 };
/** Seconds after which a file is ended: it hangs. */
const deadlines = { pure: 90, servers: 180, system: 240 };
/** Files at a time, on two cores: pure files compute; the others wait for most of their time, for servers and for programs. */
const atOnce = { pure: 3, servers: 5, system: 4 };

// Compiled once for all the processes that the files run in; it is where the program keeps its own.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules/.cache/ensemble');

const filters = process.argv.slice(2).filter((argument) => argument !== '--');
const total = totals();
const interrupted = new AbortController();
/** Milliseconds. A terminal's Ctrl-C comes twice, since npm passes its own on; one that comes later stops now. */
const sameWish = 500;
let asked: number | undefined;
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    if (asked !== undefined && performance.now() - asked > sameWish) process.exit(130);
    asked ??= performance.now();
    interrupted.abort(new Error(name));
  });

async function part(name: keyof typeof budgets, work: () => Promise<void>): Promise<void> {
  if (interrupted.signal.aborted) return;
  const began = performance.now();
  console.log(`\n── ${name} (budget ${budgets[name]} s)`);
  await work();
  const seconds = (performance.now() - began) / 1000;
  const over = seconds > budgets[name] ? `  !!! OVER ITS BUDGET of ${budgets[name]} s !!!` : '';
  console.log(`── ${name}: ${seconds.toFixed(1)} s${over}`);
}

async function check(): Promise<void> {
  const results = await runChecks((result) => console.log(checkLines(result)), interrupted.signal);
  const failed = results.filter((result) => result.findings !== '');
  total.passed += results.length - failed.length;
  total.failed += failed.length;
  total.failures.push(...failed.map((result) => `check: ${result.name}`));
}

/** Why this machine cannot run a file, if it cannot. */
const lacks = (file: TestFile): string | undefined => [...file.needs].map((need) => missing(need)).find((reason) => reason !== undefined);

/** Runs the files of a part. A file whose need cannot be met is not run. */
async function files(kind: TestFile['kind'], list: readonly TestFile[]): Promise<void> {
  const runnable = list.filter((file) => {
    const reason = lacks(file);
    if (reason === undefined) return true;
    console.log(`!!! NOT RUN: ${file.path}: ${reason}`);
    total.notRun.push(`${file.path}: ${reason}`);
    return false;
  });
  const queue = [...groupsOf(runnable)];
  const options = { seconds: deadlines[kind], signal: interrupted.signal };
  const done = (result: Result): void => {
    console.log(resultLines(result));
    count(total, result);
  };
  const worker = async (): Promise<void> => {
    for (let group = queue.shift(); group !== undefined && !interrupted.signal.aborted; group = queue.shift())
      await runGroup(
        group.map(({ path }) => path),
        options,
        done,
      );
  };
  await Promise.all(Array.from({ length: atOnce[kind] }, worker));
}

async function main(): Promise<void> {
  const all = testFiles(filters);
  if (all.length === 0) throw new Error(`No test file's path holds ${filters.join(' or ')}.`);
  const of = (kind: TestFile['kind']): readonly TestFile[] => all.filter((file) => file.kind === kind);
  const [pure, servers, system] = [of('pure'), of('servers'), of('system')];
  const runnable = [...servers, ...system].filter((file) => lacks(file) === undefined);
  const needs = new Set<Need>(runnable.flatMap((file) => [...file.needs]));

  // They start while the first parts run; settled, so that a failure is told where it matters.
  const starting = Promise.allSettled([runnable.length === 0 ? undefined : startServers(needs, console.log)]);
  try {
    if (filters.length === 0) await part('check', check);
    if (pure.length > 0) await part('pure', () => files('pure', pure));
    const [started] = await starting;
    if (started.status === 'rejected') throw started.reason;
    Object.assign(process.env, started.value?.env);
    if (servers.length > 0) await part('servers', () => files('servers', servers));
    if (system.length > 0) await part('system', () => files('system', system));
  } finally {
    const [started] = await starting;
    if (started.status === 'fulfilled') await started.value?.stop();
  }
}

/** What goes wrong is among the failures: the counts are told whatever happens. */
async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error);
    total.failed += 1;
    total.failures.push(`the test command itself: ${String(error)}`);
  }
}

await told(async () => {
  const scratch = openScratch();
  process.env['TMPDIR'] = scratch.dir;
  await told(main);
  scratch.close();
});
if (interrupted.signal.aborted) total.failures.push('interrupted: not everything ran');
const { text, code } = closing(total, process.env['CI'] === 'true');
console.log(text);
process.exitCode = interrupted.signal.aborted ? 130 : code;
