/** npm run kills -- --kills 50 --broker postgres|kafka [--seed N] [--keep]: the whole program, killed under load; then the audit. */
import { kafkaCache } from '@ensemble/local-kafka';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../../src/whole-number.ts';
import { type KillReport, runKills } from './kills.ts';

const usage = `npm run kills -- [options]
  --kills N        how often the program, its servers or both are killed under load (50)
  --broker NAME    postgres or kafka (postgres)
  --seed N         which of them are killed when; default: any
  --keep           leaves the data where something does not hold, and says where
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    broker: { type: 'string', default: 'postgres' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit();
}

function brokerOf(text: string): 'postgres' | 'kafka' {
  if (text === 'postgres' || text === 'kafka') return text;
  throw new Error(`--broker is postgres or kafka, not ${text}`);
}

/** The repository's own, where npm start and npm test keep them; else a folder that the next run finds again. */
function jars(): string {
  const own = kafkaCache(fileURLToPath(new URL('../../../../.ensemble', import.meta.url)));
  return process.env['ENSEMBLE_KAFKA_CACHE'] ?? (existsSync(own) ? own : join(tmpdir(), 'ensemble-kafka-jars'));
}

const quantile = (sorted: readonly number[], of: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;

function table(report: KillReport): readonly string[] {
  const { kills, orders, repeats, lostAnswers, findings, drained, exitCode, complaints } = report;
  const restarts = kills.flatMap(({ restart }) => restart ?? []).toSorted((a, b) => a - b);
  const words = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(2)} s`;
  const flights = kills.map(({ inFlight }) => inFlight);
  const of = (what: string): number => kills.filter((kill) => kill.what === what).length;
  const victims = ['program', 'program while it starts', 'program and server', 'server'] as const;
  const rows: readonly (readonly [string, string])[] = [
    ['kills', `${kills.length}: ${victims.map((what) => `${of(what)} ${what}`).join(', ')}`],
    [
      'orders in flight at a kill',
      `${Math.min(...flights)} to ${Math.max(...flights)}, ${flights.reduce((sum, each) => sum + each, 0)} in all`,
    ],
    ['orders placed', String(orders.placed)],
    ['… answered 202', String(orders.answered)],
    ['… accepted', String(orders.accepted)],
    ['… ended', String(orders.ended)],
    ['requests said again', `${repeats}, of which ${lostAnswers} had been accepted and their answer lost`],
    [
      'until ready again',
      `${words(quantile(restarts, 0))} to ${words(quantile(restarts, 1))}, half within ${words(quantile(restarts, 0.5))}`,
    ],
    ['until the last order ended', `${drained.toFixed(2)} s after the last answer`],
    ['lines on stderr', String(complaints.length)],
    ['exit code of the last stop', String(exitCode)],
    ['what does not hold', findings.length === 0 ? 'nothing' : `${findings.length}:`],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(30)}${value}`),
    ...findings.slice(0, 50).map((finding) => `  ${finding}`),
    ...(findings.length === 0 ? [] : ['the end of stderr:', ...complaints.slice(-20)]),
  ];
}

const began = performance.now();
const stamp = (): string => `${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s `;
const report = await runKills({
  broker: brokerOf(values.broker),
  kills: wholeNumber('kills', values.kills, 1),
  hits: (kill) => (kill % 10 === 3 ? 'server' : kill % 10 === 6 ? 'program and server' : 'program'),
  seed: wholeNumber('seed', values.seed ?? String(Math.floor(Math.random() * 1e9)), 0),
  kafkaCache: jars(),
  keep: values.keep,
  say: (line) => console.log(`${stamp()} ${line}`),
});
console.log(['', ...table(report)].join('\n'));
process.exitCode = report.findings.length === 0 && report.exitCode === 0 ? 0 : 1;
