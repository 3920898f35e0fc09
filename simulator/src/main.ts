/** npm run simulate: the failure matrix against docs/failures.md, or runs in which anything may go wrong. */
import { flows, participants, wholeNumber } from '@ensemble/server';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { page } from './matrix.ts';
import { simulate } from './simulate.ts';

const usage = `npm run simulate -- [options]
  --seed N     a run in which chance decides what goes wrong; the same seed is the same run
  --seeds N    so many runs, from that seed on (1)
  --orders N   orders in each (20)
  --write      writes docs/failures.md; without any option it is compared
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    orders: { type: 'string', default: '20' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function runs(first: number, count: number, orders: number): Promise<void> {
  for (let seed = first; seed < first + count; seed += 1) {
    const findings = await foundIn(seed, orders);
    if (findings.length > 0) process.exitCode = 1;
    for (const finding of findings) process.stdout.write(`seed ${seed}: ${finding}\n`);
  }
  process.stdout.write(
    process.exitCode === undefined ? `${count === 1 ? `seed ${first}` : `${count} runs from seed ${first} on`}: everything held\n` : '',
  );
}

async function foundIn(seed: number, orders: number): Promise<readonly string[]> {
  try {
    return (await simulate(seed, { flows, participants, orders })).findings;
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function pageOfFailures(write: boolean): Promise<void> {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'failures.md');
  const now = await page(flows, participants);
  if (write) writeFileSync(path, now);
  else if (readFileSync(path, 'utf8') !== now) {
    process.stderr.write('docs/failures.md is not what happens. Look why; then: npm run simulate -- --write\n');
    process.exitCode = 1;
  } else process.stdout.write('every failure of docs/failures.md was run, and ended as it says\n');
}

/** null: one of them is no such number, which was said. */
function numbers(): Record<'seed' | 'seeds' | 'orders', number> | null {
  const { seed = '1', seeds = '1', orders } = values;
  try {
    return { seed: wholeNumber('seed', seed, 1), seeds: wholeNumber('seeds', seeds, 1), orders: wholeNumber('orders', orders, 1) };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return null;
  }
}

const given = values.help ? null : numbers();
if (values.help) process.stdout.write(usage);
else if (given && (values.seed !== undefined || values.seeds !== undefined)) await runs(given.seed, given.seeds, given.orders);
else if (given) await pageOfFailures(values.write);
