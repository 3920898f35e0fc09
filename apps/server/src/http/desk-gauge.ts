/** What is on the desk, for /metrics: dead letters, and orders whose answers are waited for in vain. */
import { type DeskLetter, due, mostOpen, type Query, sagas, type Table } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import { Gauge, type Registry } from 'prom-client';
import { participants } from '../catalogue.ts';
import type { System } from '../system.ts';
import { routesOfDesks } from './desk-letters.ts';

export function countDeskLetters({ services, stores }: System, registers: Registry[]): void {
  const known = new Map<string, readonly DeskLetter[]>();
  const look = async (service: string): Promise<void> => {
    const [store, desk] = [stores.get(service), routesOfDesks.get(service)];
    if (store && desk) known.set(service, await desk.all.answer(store, {}));
  };
  const letters = new Gauge({
    name: 'ensemble_desk_letters',
    help: 'Dead letters that put an order on the desk: it is FAILED until they are tried again.',
    labelNames: ['service', 'operation'],
    registers,
    async collect() {
      await Promise.all([...services.keys()].map((service) => unlessAway(look(service))));
      letters.reset();
      for (const { participant: service, operation } of [...known.values()].flat()) letters.inc({ service, operation });
    },
  });
}

/** By whoever waits for the answers: a coordinator, or the owner of orders that nobody coordinates. */
export function countFlagged({ flows, services, stores }: System, registers: Registry[]): void {
  const owners = new Set(flows.flatMap(({ rows }) => rows.filter(({ on }) => on.kind === 'deadline').map(({ reader }) => reader)));
  const coordinators = participants.flatMap(({ name, coordinates }) => (coordinates ? [name] : []));
  const desks: readonly Desk[] = [
    ...[...owners].map((service) => ({ service, table: due, where: [flagged] })),
    // Whoever is on the desk is asked for something: that finds them among all the orders that ever were.
    ...coordinators.map((service) => ({ service, table: sagas, where: [['open', '=', true] as const, flagged] })),
  ];
  const known = new Map<Desk, number>();
  const look = async (desk: Desk): Promise<void> => {
    const store = services.has(desk.service) ? stores.get(desk.service) : undefined;
    if (!store) return;
    const orders = await store.select(desk.table, { where: desk.where, orderBy: [['orderId', 'asc']], limit: mostOpen }); // as the index is
    known.set(desk, orders.length);
  };
  const failed = new Gauge({
    name: 'ensemble_orders_failed',
    help: `Orders that need a person: an answer that has to come does not, for too long. At most ${mostOpen} are counted.`,
    labelNames: ['service'],
    registers,
    async collect() {
      await Promise.all(desks.map((desk) => unlessAway(look(desk))));
      failed.reset();
      for (const [{ service }, orders] of known) failed.inc({ service }, orders);
    },
  });
}

/** Where a service has orders that a person should look at. */
interface Desk {
  readonly service: string;
  readonly table: Table;
  readonly where: NonNullable<Query['where']>;
}

const flagged = ['flagged', '=', true] as const;

/** While a service's database is away its figures stay what they were. */
async function unlessAway(looked: Promise<void>): Promise<void> {
  try {
    await looked;
  } catch (error) {
    if (!isError(error, 'STORE_UNAVAILABLE')) throw error;
  }
}
