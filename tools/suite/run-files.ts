import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { root } from '../tree.ts';

export interface Result {
  readonly paths: readonly string[];
  readonly passed: number;
  /** Everything that failed, in full. */
  readonly failures: readonly string[];
  /** The end of what was written to stdout and stderr. */
  readonly output: string;
  /** Tests that were skipped or are to be written: neither passed nor failed. */
  readonly notRun: readonly string[];
  readonly seconds: number;
}

export interface RunOptions {
  /** The deadline. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** The folder that paths begin in. */
  readonly top?: string;
}

/** What telling.ts tells, test by test, and at the end. */
export type Told = { readonly passed: true } | { readonly notRun: string } | { readonly failed: string } | { readonly finished: true };

/** See there. */
export const unfollowed: string = new URL('unfollowed.ts', import.meta.url).href;
const telling: string = new URL('telling.ts', import.meta.url).href;
const running: string = fileURLToPath(new URL('running.ts', import.meta.url));

const isOfTheCompiler = (path: string): boolean => path.endsWith('.types.test.ts');

export const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ');

/**
 * Runs files in a process of their own, one after the other: what they all load is loaded once. A file without a test has failed, unless
 * the compiler is its test (*.types.test.ts); what does not end by itself is ended at the deadline.
 */
export async function runFiles(paths: readonly string[], { seconds, signal, top = root }: RunOptions): Promise<Result> {
  const began = performance.now();
  // By this node:test knows that it runs inside itself, and then runs nothing.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--import', unfollowed, `--test-reporter=${telling}`, running, ...paths];
  const child = spawn(process.execPath, args, { cwd: top, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let [passed, finished, said] = [0, false, ''];
  const notRun: string[] = [];
  const failures: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.on('message', (told: Told) => {
    if ('failed' in told) failures.push(told.failed);
    else if ('notRun' in told) notRun.push(told.notRun);
    else if ('finished' in told) finished = true;
    else passed += 1;
  });
  const end = await endOf(child, AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]));
  const late = signal.aborted ? 'interrupted' : `ended after ${seconds} s: a test hangs, or leaves something open`;
  const nothing = end === 0 && !finished && passed + failures.length + notRun.length === 0; // node:test did not even begin
  const early = finished ? '' : ', before all had run';
  if (nothing && paths.every(isOfTheCompiler)) passed = paths.length;
  else if (nothing) failures.push(`${paths.join(', ')}: has no test in it, or ended before one had run`);
  else if (end === 'late' || !finished || (end !== 0 && failures.length === 0))
    failures.push(`${paths.join(', ')}: did not load, or did not end well\n${indent(end === 'late' ? late : `ended with ${end}${early}`)}`);
  const output = said.trimEnd().split('\n').slice(-80).join('\n');
  return { paths, passed, failures, notRun, output, seconds: (performance.now() - began) / 1_000 };
}

/** Its exit code, or the signal that ended it, once nobody has its output any more; what it left behind may have it for ever. */
async function endOf(child: ReturnType<typeof spawn>, deadline: AbortSignal): Promise<number | string> {
  const { promise, resolve, reject } = Promise.withResolvers<number | string>();
  const stop = (): void => {
    child.kill('SIGKILL');
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    resolve('late');
  };
  child.once('error', reject).once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  if (deadline.aborted) stop();
  deadline.addEventListener('abort', stop);
  try {
    return await promise;
  } finally {
    deadline.removeEventListener('abort', stop);
  }
}

/**
 * Neighbours together; where anything is wrong, then each alone, which tells whose it is. Where none has it alone they disturb each
 * other, or fail only sometimes: that is a failure too.
 */
export async function runGroup(paths: readonly string[], options: RunOptions, done: (result: Result) => void): Promise<void> {
  const together = await runFiles(paths, options);
  if (paths.length === 1 || together.failures.length === 0 || options.signal.aborted) return done(together);
  let found = false;
  for (const path of paths) {
    const alone = await runFiles([path], options);
    done(alone);
    if (options.signal.aborted) return;
    found ||= alone.failures.length > 0;
  }
  if (found) return;
  const [first = ''] = together.failures;
  done({
    ...together,
    passed: 0,
    notRun: [],
    failures: [`${first}\n    In one process with its neighbours; each passed alone, this time.`],
  });
}
