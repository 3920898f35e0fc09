import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { complete } from './config.ts';
import { firstScreen } from './first-screen.ts';

test('says what runs, where, and what to try next', () => {
  const config = { ...complete({ services: ['gateway', 'order', 'payment'] }), dataDir: '/shop/.ensemble' };
  deepEqual(
    firstScreen({
      url: 'http://localhost:3000',
      config,
      database: 'PostgreSQL, embedded, on port 5555',
      broker: 'a log in PostgreSQL',
      formerBroker: null,
      outside: 'simulated, at http://127.0.0.1:4444',
    }),
    [
      '',
      'Ensemble is running. Ctrl-C stops it.',
      '',
      '  page        http://localhost:3000',
      '  database    PostgreSQL, embedded, on port 5555',
      '  broker      a log in PostgreSQL',
      '  outside     the payment provider and the carrier, simulated, at http://127.0.0.1:4444',
      '  data        /shop/.ensemble',
      '  services    gateway, order, payment',
      '',
      'Place an order',
      '',
      '  on a page   http://localhost:3000',
      '  by command  npx ensemble order place --product keyboard:1 --watch',
      '  declined    npx ensemble order place --product desk --payment declined-card --watch',
      '  by HTTP     curl -s http://localhost:3000/api/orders -H \'content-type: application/json\' -d \'{"lines":[{"productId":"keyboard","quantity":1}],"paymentMethod":"wallet"}\'',
      '',
    ],
  );
});

test('a process without the gateway says where to look instead', () => {
  const config = { ...complete({ services: ['payment'], slot: 'b', ephemeral: true }), dataDir: '/shop' };
  const lines = firstScreen({
    url: 'http://localhost:3001',
    config,
    database: 'PostgreSQL at db:5432',
    broker: 'Apache Kafka at k:9092',
    formerBroker: 'postgres',
    outside: null,
  });
  deepEqual(lines.slice(3), [
    '  health      http://localhost:3001/ready; the page is where the gateway runs',
    '  database    PostgreSQL at db:5432',
    '  broker      Apache Kafka at k:9092',
    '              before it was postgres: orders under way then go on with --broker postgres',
    '  data        of this run alone, gone when it ends',
    '  services    payment',
    '  slot        b',
    '',
  ]);
});
