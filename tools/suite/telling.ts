/** A reporter of node:test (`--test-reporter`) that tells the process above of each test, and writes nothing. */
import { relative } from 'node:path';
import { inspect } from 'node:util';
import type { Told } from './together.ts';

interface Outcome {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details: { readonly type?: string; readonly error?: Error };
}

interface Said {
  readonly message: string;
}

type Event =
  | { readonly type: 'test:pass' | 'test:fail'; readonly data: Outcome }
  | { readonly type: 'test:diagnostic'; readonly data: Said }
  | { readonly type: 'test:start'; readonly data: unknown }; // and others, of which nothing is told

function toldOf({ type, data }: Event): Told | undefined {
  // What a test left behind and then threw: nobody names the test.
  if (type === 'test:diagnostic') return data.message.startsWith('Error: ') ? { failed: data.message } : undefined;
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  const { name, file = '', line = 0, skip, todo, details } = data;
  const where = `${relative(process.cwd(), file)}:${line}: ${name}`;
  if (type === 'test:fail') return { failed: `${where}\n${inspect(details.error?.cause ?? details.error)}` };
  if (skip !== undefined || todo !== undefined) return { notRun: `${where} (${String(skip ?? todo)})` };
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
