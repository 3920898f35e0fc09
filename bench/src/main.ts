/** npm run bench: its arguments in, figures out. */
import { isError } from '@ensemble/errors';
import { onSignals } from '@ensemble/server';
import { beside } from './beside.ts';
import { command } from './command.ts';
import { machine } from './machine.ts';
import { heading, medianLines, resultLines } from './report.ts';
import { isRight, median, type Result } from './result.ts';
import { run } from './run.ts';
import type { Setting } from './setting.ts';

const interruption = new AbortController();
const print = (lines: readonly string[]): void => void process.stdout.write(lines.map((line) => `${line}\n`).join(''));
/** A thousandth is more than any figure here is worth. */
const rounded = (_: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function bench(setting: Setting): Promise<void> {
  const about = machine();
  const results: Result[] = [];
  for (let number = 1; number <= setting.runs; number += 1) {
    if (setting.runs > 1) say(`run ${number} of ${setting.runs}`);
    const ours = await run(setting, { env: process.env, say, interrupted: interruption.signal });
    if (setting.beside !== null) say(`beside: ${setting.beside}`);
    const result = { ...ours, beside: setting.beside === null ? null : await beside(setting.beside, ours.ordersPerSecond) };
    results.push(result);
    if (!setting.json) print([...(number === 1 ? heading(setting, about, result) : []), ...resultLines(result)]);
  }
  const ordersPerSecond = median(results.map((result) => result.ordersPerSecond));
  print(
    setting.json
      ? [JSON.stringify({ machine: about, setting, runs: results, median: { ordersPerSecond } }, rounded)]
      : medianLines(results),
  );
  if (!results.every(isRight)) process.exitCode = 1;
}

function interrupted(): void {
  say('interrupted: what was started is stopped first');
  interruption.abort();
}

onSignals(interrupted, () => process.exit(130));
try {
  await command(bench).parseAsync(process.argv);
} catch (error) {
  if (!interruption.signal.aborted)
    say(isError(error) ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.stack : error));
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}
