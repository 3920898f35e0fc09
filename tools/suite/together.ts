import { spawn } from 'node:child_process';
import { root } from '../tree.ts';
import { type FileOptions, unfollowed } from './run-file.ts';

export interface Together {
  readonly passed: number;
  /** As of a file. */
  readonly notRun: readonly string[];
  /** What was wrong, in full; empty when all is well. */
  readonly problem: string;
  readonly seconds: number;
}

/** What telling.ts tells of a test. */
export type Told = { readonly passed: true } | { readonly notRun: string } | { readonly failed: string } | { readonly finished: true };

const telling = new URL('telling.ts', import.meta.url).href;

/**
 * Runs files in one process: what they all load is loaded once, which takes longer than most of their tests. Which file a failure belongs
 * to is not always known here, nor what one file did to another: for that each is run alone.
 */
export async function runTogether(paths: readonly string[], { seconds, signal, top = root }: FileOptions): Promise<Together> {
  const began = performance.now();
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
  const args = ['--import', unfollowed, '--test', '--test-isolation=none', `--test-reporter=${telling}`, ...paths];
  const child = spawn(process.execPath, args, {
    cwd: top,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    signal: deadline,
    killSignal: 'SIGKILL',
  });
  let [passed, finished, said] = [0, false, ''];
  const notRun: string[] = [];
  const failures: string[] = [];
  const hear = (text: string): void => void (said += text);
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  child.on('message', (told: Told) => {
    if ('failed' in told) failures.push(told.failed);
    else if ('notRun' in told) notRun.push(told.notRun);
    else if ('finished' in told) finished = true;
    else passed += 1;
  });
  child.on('error', () => undefined); // that it was ended at the deadline shows in how it closes
  const [code, killed] = await new Promise<[number | null, string | null]>((resolve) => child.on('close', (...how) => resolve(how)));
  const fine = code === 0 && failures.length === 0 && finished;
  const early = finished ? '' : ', before all had run';
  const end = deadline.aborted
    ? `ended after ${seconds} s: a test hangs, or leaves something open`
    : `ended with ${code ?? killed}${early}`;
  const problem = fine ? '' : [...failures, end, said.trimEnd().split('\n').slice(-80).join('\n')].join('\n').trimEnd();
  return { passed, notRun, problem, seconds: (performance.now() - began) / 1_000 };
}
