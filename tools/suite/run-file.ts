import { join } from 'node:path';
import { run, type RunOptions } from 'node:test';
import { inspect } from 'node:util';
import { root } from '../tree.ts';

export interface FileResult {
  readonly path: string;
  readonly passed: number;
  /** Everything that failed, in full. */
  readonly failures: readonly string[];
  /** The end of what it wrote to stdout and stderr. */
  readonly output: string;
  /** Tests that were skipped or are to be written: neither passed nor failed. */
  readonly notRun: readonly string[];
  readonly seconds: number;
}

/** What is read here of an event of node:test. The file itself is reported as a test too, the only one without an entry file. */
interface Outcome {
  readonly name: string;
  readonly line?: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly entryFile?: string;
  readonly details: { readonly type?: string; readonly error?: Error & { readonly failureType?: string } };
}

interface Said {
  readonly message: string;
}

/** An assertion's message shows both sides already; any other error may have causes and details to show. */
const inFull = (error: unknown): string =>
  error instanceof Error && error.name === 'AssertionError' && error.stack ? error.stack : inspect(error);

const indent = (text: string): string => text.trimEnd().replaceAll(/^/gm, '    ');

/** See there. */
export const unfollowed: string = new URL('unfollowed.ts', import.meta.url).href;

/** node:test types the events of its stream as any. */
const events = (options: RunOptions): AsyncIterable<{ readonly type: string; readonly data: unknown }> => run(options);

export interface FileOptions {
  /** The deadline. */
  readonly seconds: number;
  readonly signal: AbortSignal;
  /** The folder that paths begin in. */
  readonly top?: string;
}

/**
 * Runs one file in a process of its own. A file without a test has failed, unless the compiler is its test (*.types.test.ts); one
 * that does not end by itself is ended at the deadline, which run()'s own `timeout` does not do.
 */
export async function runFile(path: string, options: FileOptions): Promise<FileResult> {
  const began = performance.now();
  let passed = 0;
  const failures: string[] = [];
  const notRun: string[] = [];
  let said = '';

  const fail = ({ name, line, entryFile, details: { error } }: Outcome): void => {
    if (error?.failureType === 'subtestsFailed') return;
    const isFile = entryFile === undefined;
    const what = isFile ? `${path}: did not load, or did not end well` : `${path}:${line ?? 0}: ${name}`;
    const ended = options.signal.aborted ? 'interrupted' : `ended after ${options.seconds} s: a test hangs, or leaves something open`;
    const why = error?.failureType === 'testAborted' ? ended : inFull(error?.cause ?? error);
    failures.push(`${what}\n${indent(why)}`);
  };
  const pass = ({ name, line, entryFile, skip, todo, details }: Outcome): void => {
    // A file without a test is reported as passed by itself.
    if (entryFile === undefined) passed += path.endsWith('.types.test.ts') ? 1 : 0;
    else if (skip !== undefined || todo !== undefined) notRun.push(`${path}:${line ?? 0}: ${name} (${String(skip ?? todo)})`);
    else if (details.type !== 'suite') passed += 1;
  };

  const deadline = AbortSignal.any([options.signal, AbortSignal.timeout(options.seconds * 1000)]);
  for await (const { type, data } of events({
    files: [join(options.top ?? root, path)],
    isolation: 'process',
    execArgv: ['--import', unfollowed],
    concurrency: 1,
    signal: deadline,
  })) {
    if (type === 'test:pass') pass(data as Outcome);
    else if (type === 'test:fail') fail(data as Outcome);
    else if (type === 'test:stdout' || type === 'test:stderr') said += (data as Said).message;
    // What a test left behind and then threw: the file fails without naming it.
    else if (type === 'test:diagnostic' && (data as Said).message.startsWith('Error: ')) said += `${(data as Said).message}\n`;
  }
  const output = said.trimEnd().split('\n').slice(-80).join('\n');
  if (passed + failures.length + notRun.length === 0) failures.push(`${path}: has no test in it`);
  return { path, passed, failures, notRun, output, seconds: (performance.now() - began) / 1000 };
}
