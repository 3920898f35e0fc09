import { Command } from 'commander';
import { type Cli, wantsJson } from '../cli.ts';
import type { Exit } from '../exits.ts';

/** A flag goes before the environment. */
const environment = `
Environment:
  DATABASE_URL             postgres://… of a role that may create databases and roles; else one is started here
  DATABASE_URL_<SERVICE>   a service's database elsewhere, as its owner: DATABASE_URL_ORDER_HISTORY=postgres://…
  KAFKA_BROKERS            host:port, separated by commas; means --broker kafka
  ROUTE_<SERVICE>          where a service answers that runs in another process: ROUTE_INVENTORY=http://host:port
  ENSEMBLE_SECRET          what the services' passwords and the key between processes are derived from, the same in all of them;
                           default: the password in DATABASE_URL, or one kept in the data directory
  OUTSIDE_URL              the payment provider and the carrier; else simulated ones are started here
  OUTSIDE_SECRET_PAYMENTS, OUTSIDE_SECRET_CARRIER
                           what each of them signs its notices with
  PORT, ENSEMBLE_HOST      --port, --host
  ENSEMBLE_FLOW, ENSEMBLE_BROKER, ENSEMBLE_SERVICES, ENSEMBLE_DATA, ENSEMBLE_PARTITIONS, ENSEMBLE_SLOT, ENSEMBLE_INSTALLATION,
  ENSEMBLE_OUTBOX_LIMIT, ENSEMBLE_STREAM_LIMIT
                           as the options of these names
  ENSEMBLE_KAFKA_CACHE     where the fetched Apache Kafka is kept; default: kafka in the data directory
  LOG_LEVEL                debug, info, warn (the default), error or silent`;

export const start = (cli: Cli): Command =>
  new Command('start')
    .description('Start Ensemble here: all services, or some, with an embedded PostgreSQL unless told otherwise.')
    .option('--flow <name>', 'the flow of orders that name none')
    .option('--broker <kind>', 'postgres: a log in PostgreSQL; kafka: Apache Kafka, started here unless KAFKA_BROKERS says where one is')
    .option('--services <names>', 'only these, separated by commas; default: all')
    .option('--port <number>', 'where HTTP listens; 0: any free port; default: 3000')
    .option('--host <address>', 'the network interface HTTP listens on; default: 127.0.0.1, which only this machine reaches')
    .option('--data <directory>', 'where the embedded servers keep their data; default: .ensemble')
    .option('--ephemeral', 'the embedded servers begin empty, and their data goes when this ends')
    .option('--partitions <number>', 'of each topic; default: 6')
    .option('--slot <name>', 'names this process among those that run the same services; default: 1')
    .option(
      '--installation <name>',
      'goes before the names of databases and topics, where several Ensembles share servers; default: ensemble',
    )
    .option('--outbox-limit <number>', 'batches that may wait for the broker; past it new orders are answered 503; default: 10000')
    .option('--stream-limit <number>', 'orders that may be watched here at once; default: 1000')
    .option('--no-demo', 'no demo products, customers, payment provider and carrier: OUTSIDE_URL says where yours are')
    .addHelpText(
      'after',
      `${environment}

Examples:
  $ npx ensemble start                                     # everything, on http://localhost:3000
  $ npx ensemble start --broker kafka                      # the same on Apache Kafka (needs Java 17 and Maven)
  $ npx ensemble start --port 0 --ephemeral                # beside another, leaving nothing behind
  $ DATABASE_URL=postgres://… KAFKA_BROKERS=kafka-1:9092 npx ensemble start --services inventory,payment
  $ DATABASE_URL=postgres://… KAFKA_BROKERS=kafka-1:9092 npx ensemble start --slot 2   # a second process that shares the work

With --json stdout has one JSON value: url, pid, services and broker once it takes orders, or {"problem": …} where it cannot start.

Ctrl-C stops it: what was begun is finished first.`,
    )
    .action(async (options: Readonly<Record<string, string | boolean>>, command: Command) => {
      const { terminal } = cli;
      // Loaded here: the other commands start without the server's libraries.
      const { configOf, runUntilSignal, startEnsemble } = await import('@ensemble/server');
      const { data, ...flags } = options;
      const config = configOf({ ...flags, ...(data === undefined ? {} : { dataDir: data }) }, terminal.env);
      const json = wantsJson(command);
      const io = { out: json ? terminal.err : terminal.out, log: terminal.err, env: terminal.env, terminal: terminal.colours };
      const begin = async (signal: AbortSignal) => {
        const running = await startEnsemble(config, io, signal);
        if (json) terminal.out(JSON.stringify({ url: running.url, pid: process.pid, services: config.services, broker: config.broker }));
        return running;
      };
      cli.exit((await runUntilSignal(begin, io)) as Exit);
    });
