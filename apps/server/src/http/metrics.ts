/** /metrics, for Prometheus: what the batches of this process did. */
import { type BatchFigures, isContradiction, type ParkedRow } from '@ensemble/engine';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { participants } from '../catalogue.ts';
import { endedIn } from '../ended.ts';
import { overdueHere } from '../overdue.ts';
import type { System } from '../system.ts';
import { countDeskLetters, countFlagged } from './desk-gauge.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Begins to count. */
  observe(system: System): void;
}

/** Seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function metrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const labelNames = ['service'] as const;
  const batches = new Counter({ name: 'ensemble_batches_total', help: 'Batches committed.', labelNames, registers });
  const works = new Counter({ name: 'ensemble_messages_total', help: 'Messages and requests worked.', labelNames, registers });
  const said = new Counter({ name: 'ensemble_said_total', help: 'Messages said.', labelNames, registers });
  const seconds = new Histogram({ name: 'ensemble_batch_seconds', help: 'Time from decision to commit.', labelNames, buckets, registers });
  const countAside = asides(registers);
  const accepted = new Counter({ name: 'ensemble_orders_accepted_total', help: 'Orders accepted.', registers });
  const ended = new Counter({
    name: 'ensemble_orders_ended_total',
    help: 'Orders that came to this end, once each.',
    labelNames: ['status'],
    registers,
  });

  const count = ({ service, works: worked, said: spoken, changes, milliseconds }: BatchFigures): void => {
    batches.inc({ service });
    works.inc({ service }, worked);
    said.inc({ service }, spoken);
    seconds.observe({ service }, milliseconds / 1_000);
    for (const { table, insert = [] } of changes) if (service === 'gateway' && table.name === 'accepted') accepted.inc(insert.length);
  };

  return {
    registry,
    observe(system) {
      system.watch(count);
      const newEnds = endedIn(system.flows, participants);
      system.watch((batch) => {
        for (const { end } of newEnds(batch)) ended.inc({ status: end });
      });
      system.watchAside(countAside);
      const unsent = new Gauge({
        name: 'ensemble_unsent_batches',
        help: 'Batches committed and not yet published.',
        labelNames,
        registers,
        collect() {
          for (const health of system.health()) unsent.set({ service: health.service }, health.unsent);
        },
      });
      countOverdue(system, registers);
      countDeskLetters(system, registers);
      countFlagged(system, registers);
    },
  };
}

function asides(registers: Registry[]): (service: string, row: ParkedRow) => void {
  const labelNames = ['service'] as const;
  const parked = new Counter({ name: 'ensemble_parked_total', help: 'Messages put aside, each time.', labelNames, registers });
  const dead = new Counter({ name: 'ensemble_dead_letters_total', help: 'Messages that became dead letters.', labelNames, registers });
  const contradicted = new Counter({
    name: 'ensemble_words_contradicted_total',
    help: 'Final words from outside that contradict what is known here.',
    labelNames: ['service', 'operation'],
    registers,
  });
  return (service, row) => {
    parked.inc({ service });
    if (row.dead) dead.inc({ service });
    if (isContradiction(row)) contradicted.inc({ service, operation: row.reader });
  };
}

function countOverdue(system: System, registers: Registry[]): void {
  const overdue = new Gauge({
    name: 'ensemble_answers_overdue',
    help: 'Answers that orders wait for longer than usual.',
    labelNames: ['operation'],
    registers,
    async collect() {
      // While a database is away the figures stay what they were.
      const found = await overdueHere(system, Date.now()).catch(() => null);
      if (found) overdue.reset();
      for (const [operation, answers] of found ?? []) overdue.set({ operation }, answers);
    },
  });
}

export function serveMetrics(app: FastifyInstance, { registry }: Metrics): void {
  app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}
