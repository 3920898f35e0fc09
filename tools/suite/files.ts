import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, sourceFiles } from '../tree.ts';

/** Which part of the test command a file belongs to. Its name says it. */
export type Kind = 'pure' | 'servers' | 'system';
export type Need = 'postgres' | 'kafka' | 'mysql' | 'chromium';

export interface TestFile {
  readonly path: string;
  readonly kind: Kind;
  /** What it talks to; nothing for pure files. */
  readonly needs: ReadonlySet<Need>;
}

/** `*.server.test.ts` talks to servers, `*.system.test.ts` to the whole program; any other test needs nothing but Node. */
export function kindOf(path: string): Kind {
  if (path.endsWith('.server.test.ts')) return 'servers';
  return path.endsWith('.system.test.ts') ? 'system' : 'pure';
}

/** What a file needs is what it speaks of; one that names no server is given a database and a broker. */
export function needsOf(kind: Kind, text: string): ReadonlySet<Need> {
  if (kind === 'pure') return new Set();
  const needs = new Set<Need>();
  if (/postgres|databaseUrl/i.test(text)) needs.add('postgres');
  if (/kafka/i.test(text)) needs.add('kafka');
  if (/mysql/i.test(text)) needs.add('mysql');
  if (needs.size === 0) needs.add('postgres').add('kafka');
  if (/chromium|playwright/i.test(text)) needs.add('chromium');
  return needs;
}

/** The test files whose path holds one of the filters; all of them without a filter. */
export function testFiles(filters: readonly string[], top: string = root): readonly TestFile[] {
  const wanted = filters.map((filter) => filter.replace(/^\.\//, ''));
  return sourceFiles(top)
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => wanted.length === 0 || wanted.some((filter) => path.includes(filter)))
    .map((path) => {
      const kind = kindOf(path);
      return { path, kind, needs: needsOf(kind, kind === 'pure' ? '' : readFileSync(join(top, path), 'utf8')) };
    });
}
