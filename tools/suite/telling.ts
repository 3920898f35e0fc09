/** A reporter of node:test (`--test-reporter`) that tells the process above of each test, and writes nothing. */
import { relative } from 'node:path';
import { inspect } from 'node:util';
import { indent, type Told } from './run-files.ts';

/** What is read here of an event of node:test. */
interface Outcome {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly error?: Error & { readonly failureType?: string } };
}

interface Said {
  readonly message: string;
}

type Event =
  | { readonly type: 'test:pass' | 'test:fail'; readonly data: Outcome }
  | { readonly type: 'test:diagnostic'; readonly data: Said }
  | { readonly type: 'test:start'; readonly data: unknown }; // and others, of which nothing is told

/** An assertion's message shows both sides already; any other error may have causes and details to show. */
const inFull = (error: unknown): string =>
  error instanceof Error && error.name === 'AssertionError' && error.stack ? error.stack : inspect(error);

function toldOf({ type, data }: Event): Told | undefined {
  // What a test left behind and then threw: nobody names the test.
  if (type === 'test:diagnostic') return data.message.includes('asynchronous activity') ? { failed: data.message } : undefined;
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  const { name, file = '', line = 0, skip, todo, details } = data;
  const path = relative(process.cwd(), file);
  const { error } = details;
  if (type === 'test:fail') {
    if (error?.failureType === 'subtestsFailed') return undefined;
    return { failed: `${path}:${line}: ${name}\n${indent(inFull(error?.cause ?? error))}` };
  }
  if (skip !== undefined || todo !== undefined) return { notRun: `${path}:${line}: ${name} (${String(skip ?? todo)})` };
  return details.type === 'suite' ? undefined : { passed: true };
}

export default async function* tell(source: AsyncIterable<Event>): AsyncGenerator<string> {
  for await (const event of source) {
    const told = toldOf(event);
    if (told) process.send?.(told);
  }
  process.send?.({ finished: true } satisfies Told);
  yield '';
}
