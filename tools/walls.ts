import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './tool.ts';
import { root, sourceFiles } from './tree.ts';

/** What is read here of dependency-cruiser's JSON. */
interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

const rooms = ['packages', 'services', 'flows', 'apps', 'simulator', 'bench', 'tools'];

/**
 * The imports under `top` that go through a wall of .dependency-cruiser.mjs, one line each: `wall: from → to`.
 * A TypeScript file that was not read is a finding too: dependency-cruiser says "no violations" where it read nothing.
 */
export async function brokenWalls(top: string = root, signal?: AbortSignal): Promise<readonly string[]> {
  const present = rooms.filter((room) => existsSync(join(top, room)));
  const run = await runTool('depcruise', ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', ...present], {
    cwd: top,
    signal,
  });
  if (!run.stdout.startsWith('{')) return [`dependency-cruiser failed: ${run.output}`];
  const cruise = JSON.parse(run.stdout) as Cruise;

  const read = new Set(cruise.modules.map((module) => module.source));
  const wanted = sourceFiles(top).filter((path) => /\.tsx?$/.test(path) && present.some((room) => path.startsWith(`${room}/`)));
  const unread = wanted.filter((path) => !read.has(path)).map((path) => `not read: ${path}`);
  if (read.size === 0) unread.push('not read: anything');

  const broken = cruise.summary.violations.map(({ rule, from, to, cycle }) => {
    const way = cycle === undefined ? [to] : cycle.map((step) => step.name);
    return `${rule.name}: ${[from, ...way].join(' → ')}`;
  });
  return [...unread, ...broken].toSorted();
}
