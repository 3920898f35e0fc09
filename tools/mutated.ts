/** Loaded before a program (`node --import`): one file reads as if it were edited, as MUTATION says. The file itself stays as it is. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutation } from './mutations.ts';
import { root } from './tree.ts';

const { file, from, to } = JSON.parse(process.env['MUTATION'] ?? '') as Pick<Mutation, 'file' | 'from' | 'to'>;
const place = pathToFileURL(join(root, file)).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    return url === place ? { ...loaded, source: readFileSync(new URL(url), 'utf8').replace(from, () => to) } : loaded;
  },
});
