import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from './run.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** What the program looks for in its environment. */
const looked = ['config', 'secret', 'servers']
  .flatMap((file) =>
    Array.from(read(`../../server/src/${file}.ts`).matchAll(/(?:text|whole)\('\w+', '(?<read>\w+)'\)|env\['(?<taken>\w+)'\]/g)),
  )
  .map(({ groups }) => groups?.['read'] ?? groups?.['taken'] ?? '');
const settings = [...new Set([...looked, 'DATABASE_URL_<SERVICE>', 'ROUTE_<SERVICE>', 'ENSEMBLE_KAFKA_CACHE'])];

async function help(): Promise<string> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  await run(['start', '--help'], {
    out: say,
    err: say,
    colours: false,
    env: {},
    fetch,
    interruptible: (work) => work(new AbortController().signal),
  });
  return lines.join('\n');
}

test('README.md and start --help name every one, and each option stands in README.md', async () => {
  ok(settings.length > 15);
  const [readme, helped] = [read('../../../README.md'), await help()];
  const missing = (text: string, names: readonly string[]): string[] => names.filter((name) => !text.includes(name));
  deepEqual(missing(readme, settings), []);
  deepEqual(missing(helped, settings), []);
  const options = [...helped.matchAll(/^ +(?<option>--[a-z-]+)/gm)].map(({ groups }) => groups?.['option'] ?? '');
  deepEqual(
    missing(
      readme,
      options.filter((option) => !['--json', '--url'].includes(option)),
    ),
    [],
  );
});
