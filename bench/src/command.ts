/** The command line, and what it teaches. */
import { flows } from '@ensemble/server';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Setting } from './setting.ts';

interface Options extends Omit<Setting, 'load' | 'data' | 'beside'> {
  readonly inFlight: number;
  readonly rate?: number;
  readonly data?: string;
  readonly beside?: string;
}

/** Hands what the arguments say to `run`. */
export function command(run: (setting: Setting) => Promise<void>): Command {
  return new Command('npm run bench --')
    .description(
      'Measures Ensemble: orders through the whole pipeline, from the order command that is durable in the outbox of the gateway (the 202; ' +
        'HTTP itself is left out) to the end of the saga and the row of the history. All services run in this process, with the load ' +
        'generator, on a real PostgreSQL that writes every commit to disk and, with --transport kafka, a real Apache Kafka.',
    )
    .addOption(new Option('--transport <name>', 'what carries the messages').choices(['kafka', 'postgres']).default('postgres'))
    .addOption(new Option('--in-flight <orders>', 'closed loop: a new order for each that ended').argParser(from(1)).default(256))
    .addOption(new Option('--rate <orders>', 'open loop: so many a second, on a fixed timetable').argParser(from(1)).conflicts('inFlight'))
    .addOption(new Option('--seconds <seconds>', 'of measuring').argParser(from(1)).default(15))
    .addOption(new Option('--warm-up <seconds>', 'of the same load before it').argParser(from(0)).default(8))
    .addOption(new Option('--partitions <number>', 'of each topic').argParser(from(1)).default(6))
    .addOption(
      new Option('--runs <number>', 'each on servers of its own; the median is of the orders a second').argParser(from(1)).default(1),
    )
    .addOption(new Option('--flow <name>', 'what the orders run').choices(flows.map(({ name }) => name)).default('create-order'))
    .addOption(new Option('--declined <percent>', 'of the orders are declined and compensated').argParser(percent).default(5))
    .addOption(
      new Option('--http <orders>', "a second over HTTP, each with two reads, where the flow's document states targets")
        .argParser(from(1))
        .default(20),
    )
    .option('--json', 'one JSON document instead of text', false)
    .option(
      '--no-audit',
      'do not look afterwards whether every order ended right (it reads all rows: 1 GB of memory for each 130,000 orders)',
    )
    .option('--data <directory>', 'where the servers it starts have their data, and the disk that is measured; default: a temporary folder')
    .option('--keep', 'leave data and databases as they are at the end, and say where', false)
    .option('--beside <command>', 'after each run, run this too; if its last line says "N orders/s", print the ratio, pair by pair')
    .addHelpText(
      'after',
      `
DATABASE_URL (of one who may create databases and roles) and KAFKA_BROKERS name servers to use instead of starting some; what runs
elsewhere has no CPU figures. ENSEMBLE_KAFKA_CACHE says where Kafka's jars are kept; default: .ensemble/kafka, as npm start.

Where the document of the flow states targets, each is printed beside what was measured. For that, after the load and without it,
orders are placed over HTTP (--http) and read while they run, first with every service (--warm-up, --seconds), then for as long without
those that the document wants the history to be readable without; then these come back, and every order has to end.

Progress is on stderr, the result on stdout. Exit code 1: an order did not end, or the audit found something. A target that is not met
is printed as that, and is no error: the machine may be slow.

Examples:
  $ npm run bench                                          # the embedded default, 256 orders in flight
  $ npm run bench -- --transport kafka --in-flight 1024
  $ npm run bench -- --transport kafka --rate 1000 --seconds 60
  $ npm run bench -- --flow choreography                   # with the targets of its document
  $ npm run --silent bench -- --runs 3 --json > bench.json
  $ npm run bench -- --transport kafka --runs 3 --beside './other-program 256'`,
    )
    .action(async ({ inFlight, rate, data, beside, ...rest }: Options) => {
      const load = rate === undefined ? { kind: 'closed' as const, inFlight } : { kind: 'open' as const, rate };
      await run({ ...rest, load, data: data ?? null, beside: beside ?? null });
    });
}

const from =
  (least: number) =>
  (text: string): number => {
    if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`It is a whole number from ${least}.`);
  };

function percent(text: string): number {
  if (/^\d{1,3}(\.\d+)?$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError('It is a number from 0 to 100.');
}
