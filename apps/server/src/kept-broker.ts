import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

/**
 * Writes down the broker of this start, and gives that of the last on this data where it was another one: what was said there and not yet
 * heard is there still, and what was under way goes on only with it.
 */
export function formerBroker(dataDir: string, { broker }: Pick<Config, 'broker'>): string | null {
  const file = join(dataDir, 'broker');
  let former = '';
  try {
    former = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // the first start
  }
  if (former === broker) return null;
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, `${broker}\n`);
  return former === '' ? null : former;
}
