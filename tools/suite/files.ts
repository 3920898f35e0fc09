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
  /** It has a process of its own: it is long, waits for servers, or does something to its process that others would feel. */
  readonly alone: boolean;
}

/** Where nothing of the kind stands there may be no test: that is found out where a file runs alone. */
const tests = /\b(?:test|it|describe|\w*[cC]onformance)\w*\(/;

/** It starts processes, or changes what all that run in its process share: globals, the environment, which tests run, and what before them. */
const felt = /node:child_process|process\.exit|process\.env(?:\.\w+|\[[^\]]*\]) *=[^=]|\bmock\.|\bonly\b *[:(]|^(?:before|after)Each\(/m;

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

/** The longest files of each part, longest first. They begin first, so that no long one begins last, each alone; then all others. */
export const longest: readonly string[] = [
  'apps/server/test/paths.test.ts',
  'tools/write-a-flow.test.ts',
  'tools/mutations.test.ts',
  'apps/server/test/outside/outside.test.ts',
  'simulator/src/matrix.test.ts',
  'flows/choreography/interleavings.test.ts',
  'packages/engine/src/killed.test.ts',
  'packages/transport-kafka/src/conformance.server.test.ts',
  'apps/server/test/paths.server.test.ts',
  'apps/server/src/start.server.test.ts',
  'simulator/src/kafka.server.test.ts',
  'packages/local-kafka/src/main.server.test.ts',
  'apps/server/test/kill/kill-kafka.system.test.ts',
  'apps/server/test/kill/two-processes.system.test.ts',
  'apps/server/test/kill/kill.system.test.ts',
  'apps/server/test/kill/faults.system.test.ts',
];

const turn = ({ path }: TestFile): number => (longest.includes(path) ? longest.indexOf(path) : longest.length);

/** The test files whose path holds one of the filters; all of them without a filter. In the order in which they begin. */
export function testFiles(filters: readonly string[], top: string = root): readonly TestFile[] {
  const wanted = filters.map((filter) => filter.replace(/^\.\//, ''));
  return sourceFiles(top)
    .filter((path) => path.endsWith('.test.ts'))
    .filter((path) => wanted.length === 0 || wanted.some((filter) => path.includes(filter)))
    .map((path) => {
      const kind = kindOf(path);
      const text = readFileSync(join(top, path), 'utf8');
      const alone = kind !== 'pure' || longest.includes(path) || path.startsWith('tools/') || felt.test(text) || !tests.test(text);
      return { path, kind, needs: needsOf(kind, text), alone };
    })
    .toSorted((a, b) => turn(a) - turn(b));
}

/** Files of one process at the most: so many cost little to load, and several processes share them. */
const most = 12;

/** What runs in one process each: a file, or neighbours, which load much the same. */
export function groupsOf(files: readonly TestFile[]): readonly (readonly TestFile[])[] {
  const folders = Map.groupBy(
    files.filter(({ alone }) => !alone),
    ({ path }) => path.split('/')[0],
  );
  const parts = [...folders.values()].flatMap((neighbours) =>
    Array.from({ length: Math.ceil(neighbours.length / most) }, (_, part) => neighbours.slice(part * most, (part + 1) * most)),
  );
  return [...files.filter(({ alone }) => alone).map((file) => [file]), ...parts];
}
