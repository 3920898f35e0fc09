import { readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The repository's folder. */
export const root: string = dirname(import.meta.dirname);

/** What is made by tools, or belongs to an editor: no part of the source. */
const outside = new Set(['node_modules', 'dist', 'coverage']);
const inside = new Set(['.ci', '.github']);

/** Every source file under `top`, as sorted paths with forward slashes. Needs no git: a downloaded archive is a checkout too. */
export function sourceFiles(top: string = root): readonly string[] {
  const found: string[] = [];
  const folders = [top];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isFile()) found.push(relative(top, path).split(sep).join('/'));
      else if (entry.isDirectory() && (inside.has(entry.name) || !(outside.has(entry.name) || entry.name.startsWith('.'))))
        folders.push(path);
    }
  }
  return found.toSorted();
}
