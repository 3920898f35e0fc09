/** A shop for tests: the whole system in this process, its demo data, and a listener to every topic. */
import { randomUUID } from 'node:crypto';
import {
  systemClock,
  type Log,
  type Participant,
  type Service,
  type Store,
  type Transport,
  unasked,
  unseal,
  type Envelope,
} from '@ensemble/engine';
import type { Flow, Plan } from '@ensemble/flow';
import { cancelling, placing } from '@ensemble/gateway';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { demo as catalogue } from '@ensemble/product/demo';
import { flows as allFlows, participants as allParticipants, topicsOf } from '../src/catalogue.ts';
import { until } from './until.ts';
import { startSystem, type System } from '../src/system.ts';

export interface ShopSetting {
  readonly transport: Transport;
  readonly stores: ReadonlyMap<string, Store>;
  readonly participants?: readonly Participant[];
  readonly flows?: readonly Flow[];
  readonly log: Log;
}

export interface Order {
  readonly lines?: readonly { readonly productId: string; readonly quantity: number }[];
  readonly paymentMethod?: string;
  readonly customerId?: string;
}

export interface Shop {
  readonly system: System;
  place(flow: Flow, order: Order): Promise<string>;
  cancel(flow: Flow, orderId: string): Promise<void>;
  /** Cancels an order before anyone has heard of it. */
  cancelThenPlace(flow: Flow, order: Order): Promise<string>;
  /** A participant speaks unasked; `operation` as `shipment.fail`. */
  speaks(flow: Flow, operation: string, orderId: string): Promise<void>;
  /** Every message said about an order so far, once each, causes before what they led to. */
  said(flow: Flow, orderId: string): readonly string[];
  status(orderId: string): Promise<string>;
  stop(): Promise<void>;
}

/** An owner's clock, in milliseconds: longer than any order takes here, and short enough to be waited for. */
const ownersPatience = 4_000;

/** Deadlines of seconds, not of minutes. */
export function impatient(flow: Flow): Flow {
  if (!flow.plan) {
    const rows = flow.rows.map((row) => (row.on.kind === 'deadline' ? { ...row, on: { ...row.on, after: ownersPatience } } : row));
    return { ...flow, rows };
  }
  const hasty = (step: Plan['groups'][number][number]) => ({
    ...step,
    within: 300,
    attempts: 2,
    undo: step.undo ? { ...step.undo, within: 300 } : null,
  });
  const plan: Plan = { ...flow.plan, version: `${flow.version}-impatient`, groups: flow.plan.groups.map((group) => group.map(hasty)) };
  return { ...flow, version: plan.version, plan };
}

const speaking =
  (system: System, participants: readonly Participant[]): Shop['speaks'] =>
  async (flow, operation, orderId) => {
    const participant = participants.find(({ operations }) => Object.values(operations).some(({ name }) => name === operation));
    if (!participant) throw new Error(`nobody does ${operation}`);
    await system.services.get(participant.name)?.perform(unasked(participant, flow, operation, orderId, { reason: 'it was lost' }));
  };

export async function startShop(setting: ShopSetting): Promise<Shop> {
  const { transport, stores, participants = allParticipants, flows = allFlows } = setting;
  const system = await startSystem({
    participants,
    flows,
    transport,
    stores,
    partitions: 3,
    clock: systemClock,
    log: setting.log,
    slot: '1',
  });
  const ear = await listener(transport, topicsOf(flows));
  const gateway = system.services.get('gateway') as Service;

  async function place(flow: Flow, orderId: string, order: Order): Promise<string> {
    const { lines = [{ productId: 'keyboard', quantity: 2 }], paymentMethod = 'wallet', customerId = 'demo' } = order;
    const facts = { lines, paymentMethod, total: costOf(lines), currency: 'EUR' };
    const { job } = placing({ orderId, flow, customerId, facts, idempotency: null });
    await gateway.perform(job);
    return orderId;
  }

  const cancel = (flow: Flow, orderId: string): Promise<void> =>
    gateway.perform(cancelling(flow, orderId, 'the customer changed their mind'));

  return {
    system,
    place: (flow, order) => place(flow, randomUUID(), order),
    cancel,
    speaks: speaking(system, participants),
    async cancelThenPlace(flow, order) {
      const orderId = randomUUID();
      await cancel(flow, orderId);
      await until(
        () => ear.heard(orderId).length > 0,
        () => 'no word of the cancel',
      );
      // The gateway's clock stands still for a while after an answer that took long: what is said at one time has no order.
      const cancelled = Math.max(...ear.heard(orderId).map(({ time }) => time));
      await until(
        async () => (await timeIn(stores.get('gateway'))) > cancelled,
        () => 'the clock stands still',
      );
      return place(flow, orderId, order);
    },
    said: (flow, orderId) => inCausalOrder(ear.heard(orderId), flow),
    async status(orderId) {
      const [row] = (await stores.get('order-history')?.select(historyTables.orders, { where: [['orderId', '=', orderId]] })) ?? [];
      return (row?.['status'] as string | undefined) ?? 'unknown';
    },
    async stop() {
      await system.stop();
      await ear.close();
    },
  };
}

/** What a batch would take for the time. */
async function timeIn(store: Store | undefined): Promise<number> {
  const unit = await store?.begin();
  await unit?.rollback();
  return unit?.now ?? 0;
}

interface Ear {
  /** What was said about an order so far, each message once. */
  heard(orderId: string): readonly Envelope[];
  close(): Promise<void>;
}

async function listener(transport: Transport, topics: readonly string[]): Promise<Ear> {
  const heard = new Map<string, Map<string, Envelope>>();
  const subscription = await transport.subscribe({ group: 'listener', member: 'listener-1', topics });
  const take = () => subscription.take({ messages: 500, bytes: 1 << 20 });

  async function listen(): Promise<void> {
    for (let taken = await take(); taken.length > 0; taken = await take()) {
      for (const { value, timestamp } of taken) {
        const envelope = unseal(value, timestamp);
        const about = heard.get(envelope.subject) ?? new Map<string, Envelope>();
        // Said again it may have another cause: nobody's answer led to what is asked a second time.
        if (!about.has(envelope.id)) about.set(envelope.id, envelope);
        heard.set(envelope.subject, about);
      }
      subscription.done(taken);
    }
  }

  const listening = listen();
  return {
    heard: (orderId) => [...(heard.get(orderId)?.values() ?? [])],
    async close() {
      await subscription.close();
      await listening;
    },
  };
}

/** What the lines cost; nothing, where a product is unknown. */
const costOf = (lines: NonNullable<Order['lines']>): number =>
  lines.reduce((sum, { productId, quantity }) => {
    const product = catalogue.products.find((one) => one.productId === productId);
    return sum + (product?.price ?? 0) * quantity;
  }, 0);

/** What led to a message comes before it; beside each other they are in the order of their times. */
function inCausalOrder(envelopes: readonly Envelope[], flow: Flow): string[] {
  const keyOf = ({ id, subject }: Envelope): string => id.slice(subject.length + 1);
  const rank = (envelope: Envelope): number => flow.places.get(keyOf(envelope))?.rank ?? 0;
  const left = envelopes.toSorted((a, b) => a.time - b.time || rank(a) - rank(b));
  const ids = new Set(left.map(({ id }) => id));
  const said: Envelope[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ cause }) => cause === undefined || !ids.has(cause) || said.some(({ id }) => id === cause));
    said.push(...left.splice(Math.max(next, 0), 1));
  }
  return said.map(keyOf);
}
