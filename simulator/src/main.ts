/** docs/failures.md from the failure matrix: compares, or writes with --write. */
import { flows, participants } from '@ensemble/server';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { page } from './matrix.ts';

const path = join(import.meta.dirname, '..', '..', 'docs', 'failures.md');
const now = await page(flows, participants);

if (process.argv.includes('--write')) writeFileSync(path, now);
else if (readFileSync(path, 'utf8') !== now) {
  process.stderr.write('docs/failures.md is not what happens. Look why; then: npx node simulator/src/main.ts --write\n');
  process.exitCode = 1;
}
