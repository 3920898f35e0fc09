import { deepEqual, equal, throws } from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { EnsembleError } from '@ensemble/errors';
import { flows, participants } from './catalogue.ts';
import { complete, configOf, defaults, type Env, type Flags } from './config.ts';

const list = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join(', ');
const all = list(participants);

test('without a word it is what suits a first look', () => {
  deepEqual(configOf({}, {}), { ...defaults, dataDir: resolve('.ensemble') });
  deepEqual(complete({}), { ...defaults, dataDir: resolve('.ensemble') });
});

test('a flag goes before the environment', () => {
  const env = { PORT: '1', ENSEMBLE_HOST: '::', ENSEMBLE_DATA: '/a', LOG_LEVEL: 'info', ENSEMBLE_SLOT: 'b' };
  const { port, host, dataDir, logLevel, slot } = configOf({ port: '0', slot: 'c' }, env);
  deepEqual([port, host, dataDir, logLevel, slot], [0, '::', resolve('/a'), 'info', 'c']);
});

test('KAFKA_BROKERS alone means Kafka', () => {
  const { broker, kafkaBrokers } = configOf({}, { KAFKA_BROKERS: 'a:1,b:2' });
  deepEqual([broker, kafkaBrokers], ['kafka', 'a:1,b:2']);
});

test('services are named once, in the order given', () => {
  deepEqual(configOf({ services: ' payment,inventory,,payment ' }, {}).services, ['payment', 'inventory']);
});

test('a service may have its database, and its process, elsewhere', () => {
  const { databaseUrls, routes } = configOf(
    {},
    { DATABASE_URL_ORDER_HISTORY: 'postgres://u:p@db/history', ROUTE_ORDER_HISTORY: 'http://there:3001' },
  );
  deepEqual([databaseUrls, routes], [{ 'order-history': 'postgres://u:p@db/history' }, { 'order-history': 'http://there:3001' }]);
});

test('switches', () => {
  const { ephemeral, demo } = configOf({ ephemeral: true, demo: false }, {});
  deepEqual([ephemeral, demo, defaults.ephemeral, defaults.demo], [true, false, false, true]);
});

describe('what it cannot be is said, with what it may be', () => {
  const cases: readonly (readonly [Flags, Env, string])[] = [
    [{ port: 'http' }, {}, 'port is a whole number, not "http"'],
    [{ port: '65536' }, {}, 'port is 0 to 65535, not 65536'],
    [{ broker: 'rabbit' }, {}, 'broker is one of postgres, kafka, not "rabbit"'],
    [{ services: 'payments' }, {}, `services is one of ${all}, not "payments"`],
    [{ services: ',' }, {}, `services names at least one of ${all}`],
    [{ flow: 'wishful' }, {}, `flow is one of ${list(flows)}, not "wishful"`],
    [{ partitions: '0' }, {}, 'partitions is 1 to 1000, not 0'],
    [{ outboxLimit: '0' }, {}, 'outboxLimit is at least 1, not 0'],
    [{}, { ENSEMBLE_STREAM_LIMIT: 'x' }, 'streamLimit is a whole number, not "x"'],
    [{ slot: 'a/b' }, {}, 'slot is up to 32 letters, digits, dots and dashes, not "a/b"'],
    [{ installation: 'A-b' }, {}, 'installation is up to 31 lower-case letters, digits and _, not "A-b"'],
    [{ logLevel: 'loud' }, {}, 'logLevel is one of debug, info, warn, error, silent, not "loud"'],
    [{ broker: 'postgres' }, { KAFKA_BROKERS: 'a:1' }, 'KAFKA_BROKERS is set, and broker says postgres: take one of them back'],
    [{}, { DATABASE_URL: 'mysql://u:secret@db' }, 'DATABASE_URL is no postgres://… address'],
    [{}, { DATABASE_URL_PAYMENT: 'secret' }, 'DATABASE_URL_PAYMENT is no postgres://… address'],
    [{}, { ROUTE_PAYMENT: 'there:3001' }, 'ROUTE_PAYMENT is no http://… address'],
  ];
  for (const [flags, env, words] of cases) {
    test(words, () => {
      throws(
        () => configOf(flags, env),
        (error) => {
          equal(error instanceof EnsembleError && error.code, 'CONFIG_INVALID');
          equal((error as Error).message, words);
          return true;
        },
      );
    });
  }
});
