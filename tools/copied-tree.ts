import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tree.ts';

/** Copies these rooms of the source. Names of workspaces lead to the copy, and all others to what is installed. */
export function copyTree(house: string, rooms: readonly string[]): void {
  for (const room of rooms)
    cpSync(join(root, room), join(house, room), { recursive: true, filter: (path) => !path.includes('node_modules') });
  for (const file of ['package.json', 'tsconfig.json']) cpSync(join(root, file), join(house, file));
  mkdirSync(join(house, 'node_modules/@ensemble'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@ensemble' && !name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(house, 'node_modules', name));
  for (const room of rooms) for (const name of readdirSync(join(house, room))) linkWorkspace(house, `${room}/${name}`);
}

/** As `npm install` does for a new workspace; its folder is called as its name ends. */
export function linkWorkspace(house: string, path: string): void {
  symlinkSync(join(house, path), join(house, 'node_modules/@ensemble', path.split('/').at(-1) ?? ''), 'dir');
}
