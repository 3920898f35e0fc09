/**
 * The program of a process that runs test files: loads them, one after the other. (`node --test` without isolation would do that too, but
 * loads node:test before unfollowed.ts can tell it not to follow promises.)
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

for (const path of process.argv.slice(2)) await import(pathToFileURL(resolve(path)).href);
