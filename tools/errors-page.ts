import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable } from '@ensemble/errors';
import { errorsPage } from '@ensemble/errors/page';
import { root } from './tree.ts';

// docs/errors.md from the table of errors: compares, or writes with --write.

const path = join(root, 'docs', 'errors.md');
const page = errorsPage(errorTable);

if (process.argv.includes('--write')) writeFileSync(path, page);
else if (readFileSync(path, 'utf8') !== page) {
  console.error('docs/errors.md is not what the table says. Write it anew: npx node tools/errors-page.ts --write');
  process.exitCode = 1;
}
