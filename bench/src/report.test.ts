import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import type { Machine } from './machine.ts';
import { heading, medianLines, resultLines } from './report.ts';
import type { Result } from './result.ts';
import type { Setting } from './setting.ts';

const setting: Setting = {
  transport: 'kafka',
  load: { kind: 'closed', inFlight: 256 },
  seconds: 15,
  warmUp: 8,
  partitions: 6,
  runs: 2,
  flow: 'create-order',
  declined: 5,
  http: 100,
  audit: true,
  json: false,
  keep: false,
  data: null,
  beside: 'other',
};

const machine: Machine = { cores: 2, model: 'A Processor', memory: 2 ** 34, system: 'Linux 6.1', node: '24.0.0' };

const result: Result = {
  servers: { postgres: '18.4', postgresSettings: { fsync: 'on' }, kafka: '4.3.1', data: 'd' },
  seconds: 15,
  ordersPerSecond: 3_210.4,
  messagesPerSecond: 35_000,
  compensated: 0.05,
  milliseconds: {
    taken: { p50: 1.04, p98: 2, p99: 3, max: 14 },
    ended: { p50: 70, p98: 120.5, p99: 130, max: 200 },
    told: { p50: 150, p98: 210, p99: 220, max: 300 },
    whole: { p50: null, p98: null, p99: null, max: null },
  },
  cpuPerOrder: { node: 330.4, postgres: 240, java: 60 },
  processors: { busy: 0.97, others: 0.02, stolen: 0 },
  services: [{ service: 'order', batchesPerSecond: 90, size: 41.26, milliseconds: 3.456 }],
  memory: { node: 2 ** 28, java: 2 ** 29 },
  orders: { placed: 70_000, refused: 0, unfinished: 0, untold: 0 },
  targets: null,
  audit: { findings: [], seconds: 2.04 },
  beside: { line: 'other: 4000 orders/s', ordersPerSecond: 4_000, ratio: 0.8026 },
};

test('the heading: what ran, on what', () => {
  deepEqual(heading(setting, machine, result), [
    'create-order on kafka: 256 orders in flight, 15 s after 8 s of warming up, 6 partitions, 5% declined',
    '2 × A Processor, 16.0 GiB, Linux 6.1; Node 24.0.0, PostgreSQL 18.4 (fsync on), Apache Kafka 4.3.1',
  ]);
});

test('a result', () => {
  deepEqual(resultLines(result), [
    '',
    '3,210 orders/s, 35,000 messages/s, 5.0% compensated',
    '',
    'milliseconds         p50    p98    p99    max',
    'due → 202            1.0    2.0    3.0   14.0',
    '202 → order ended   70.0  120.5  130.0  200.0',
    '202 → history row  150.0  210.0  220.0  300.0',
    'due → order ended      -      -      -      -',
    '',
    'batches  a second  mean size  mean ms',
    'order        90.0       41.3     3.46',
    '',
    'CPU µs an order: Node, with the load generator, 330, PostgreSQL 240, Java 60',
    'processors: 97.0% busy, 2.0% with something else, 0.0% stolen',
    'memory: Node 256 MiB, Java 512 MiB',
    'orders: 70,000 placed, 0 not taken, 0 left unfinished, 0 without their history',
    'audit: nothing found (2.0 s)',
    'beside: other: 4000 orders/s',
    'ratio: 0.80',
  ]);
});

test('a system that does not tell of other processes', () => {
  const blind = resultLines({
    ...result,
    cpuPerOrder: { node: 330, postgres: null, java: null },
    processors: null,
    memory: { node: 2 ** 28, java: null },
    audit: null,
    beside: null,
  });
  deepEqual(blind.slice(-3), [
    'CPU µs an order: Node, with the load generator, 330; this system does not tell of other processes',
    'memory: Node 256 MiB',
    'orders: 70,000 placed, 0 not taken, 0 left unfinished, 0 without their history',
  ]);
});

test('of many findings the first', () => {
  const findings = Array.from({ length: 25 }, (_, number) => `finding ${number}`);
  const lines = resultLines({ ...result, audit: { findings, seconds: 1 }, beside: null });
  deepEqual(
    [lines.at(-22), lines.at(-21), lines.at(-2), lines.at(-1)],
    ['audit: 25 findings', '  finding 0', '  finding 19', '  … 5 more'],
  );
});

test('the medians of several runs', () => {
  const runs = [3_000, 3_400, 3_200].map((ordersPerSecond) => ({
    ...result,
    ordersPerSecond,
    beside: { line: '', ordersPerSecond: 4_000, ratio: ordersPerSecond / 4_000 },
  }));
  deepEqual(medianLines(runs), ['', 'orders/s: 3,000, 3,400, 3,200; median 3,200', 'ratio: 0.75, 0.85, 0.80; median 0.80']);
  deepEqual(medianLines(runs.slice(0, 1)), []);
});
