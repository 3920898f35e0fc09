/** The HTTP side over a system in memory: everything but the servers, with a broker and databases that can be taken away. */
import { type Log, type Row, silentLog, type Store, systemClock, type Table, type Transport } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { memoryStore } from '@ensemble/store-memory';
import { memoryLog, type MemoryLog, memoryTransport } from '@ensemble/transport-memory';
import { flows as usualFlows, participants } from '../src/catalogue.ts';
import { complete, type Config } from '../src/config.ts';
import { seedDemo } from '../src/demo.ts';
import { listen } from '../src/http/listen.ts';
import { neighbours } from '../src/http/neighbours.ts';
import type { Secrets } from '../src/outside.ts';
import { startSystem, type System } from '../src/system.ts';
import { until } from './until.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, or the text where it is none. */
  readonly body: never;
}

export interface Desk {
  readonly url: string;
  readonly system: System;
  readonly stores: ReadonlyMap<string, Store>;
  readonly log: MemoryLog;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Places an order and tells its id. */
  place(order?: object): Promise<string>;
  /** Waits for this status. */
  reaches(orderId: string, status: string): Promise<void>;
  /** Takes the broker away, or gives it back. */
  broker(there: boolean): void;
  /** Takes a service's database away, or gives it back. */
  database(service: string, there: boolean): void;
  close(): Promise<void>;
}

export interface DeskSetting {
  readonly config?: Partial<Config>;
  readonly flows?: readonly Flow[];
  /** Shared with another desk: two processes of one system. */
  readonly stores?: ReadonlyMap<string, Store>;
  readonly log?: MemoryLog;
  readonly logs?: Log;
  readonly secret?: string;
  readonly outsideSecrets?: Secrets;
}

export const keyboard = { lines: [{ productId: 'keyboard', quantity: 1 }] };

export async function openDesk({
  config: given = {},
  flows = usualFlows,
  stores: shared,
  log = memoryLog(),
  logs = silentLog,
  secret = 'a secret',
  outsideSecrets = { payments: null, carrier: null },
}: DeskSetting = {}): Promise<Desk> {
  const config = complete({ port: 0, partitions: 3, flow: 'create-order', ...given });
  const chosen = participants.filter(({ name }) => config.services.includes(name));
  const away = new Set<string>();
  const transport = leaving(memoryTransport({ log }), () => away.has('broker'));
  const stores = shared ?? new Map(participants.map(({ name }) => [name, leavingStore(memoryStore(), () => away.has(name))]));
  if (!shared) for (const participant of participants) await seedDemo(participant, stores.get(participant.name) as Store);
  const http = await listen(config, logs);
  const system = await startSystem({
    participants: chosen,
    flows,
    transport,
    stores,
    partitions: config.partitions,
    clock: systemClock,
    log: logs,
    slot: config.slot,
  });
  http.ready({ system, config, log: logs, neighbours: neighbours(secret, logs), outsideSecrets });

  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> => answerOf(fetch(`${http.url}${path}`, { headers }));
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = typeof body === 'string' ? { body } : body === undefined ? {} : { body: JSON.stringify(body) };
    return answerOf(fetch(`${http.url}${path}`, { method: 'POST', headers: { ...json, ...headers }, ...text }));
  };
  return {
    url: http.url,
    system,
    stores,
    log,
    get,
    post,
    async place(order = keyboard) {
      const { status, body } = await post('/api/orders', order);
      if (status !== 202) throw new Error(`the order was refused: ${JSON.stringify(body)}`);
      return (body as { orderId: string }).orderId;
    },
    async reaches(orderId, status) {
      let seen = '';
      const look = async (): Promise<boolean> => {
        seen = JSON.stringify((await get(`/api/orders/${orderId}`)).body);
        return (JSON.parse(seen) as { status: string }).status === status;
      };
      await until(look, () => `${status}: ${seen}`);
    },
    broker: (there) => void (there ? away.delete('broker') : away.add('broker')),
    database: (service, there) => void (there ? away.delete(service) : away.add(service)),
    async close() {
      await system.stop();
      await http.close();
      await transport.close();
    },
  };
}

async function answerOf(sent: Promise<Response>): Promise<Answer> {
  const answer = await sent;
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, headers: answer.headers, body: (json ? JSON.parse(text) : text) as never };
}

function leaving(transport: Transport, away: () => boolean): Transport {
  const problem = 'the broker is away';
  return {
    ...transport,
    async publish(messages) {
      if (away()) throw new EnsembleError('TRANSPORT_UNAVAILABLE', problem);
      await transport.publish(messages);
    },
    health: () => (away() ? { up: false, problem } : transport.health()),
  };
}

function leavingStore(store: Store, away: () => boolean): Store {
  const problem = 'the database is away';
  const check = (): void => {
    if (away()) throw new EnsembleError('STORE_UNAVAILABLE', problem);
  };
  return {
    ...store,
    async begin() {
      check();
      return store.begin();
    },
    async select(table, query) {
      check();
      return store.select(table, query);
    },
    health: () => (away() ? { up: false, problem } : store.health()),
  };
}

/** Changes an order's row behind its service's back. */
export async function rewrite(desk: Desk, service: string, table: Table, id: string, change: (row: Row) => Row): Promise<void> {
  const unit = await desk.stores.get(service)?.begin();
  const [[row] = []] = (await unit?.load([{ table, keys: [[id]] }])) ?? [];
  await unit?.commit([{ table, update: row ? [change(row)] : [] }]);
}

/**
 * Three processes of one system: `back` has all services but the gateway; `front` has that, and asks the others there; `alone` has it too,
 * and can ask the history and nobody else. To be closed in the opposite order.
 */
export async function threeDesks(logs: Log = silentLog): Promise<Readonly<Record<'back' | 'front' | 'alone', Desk>>> {
  const others = participants.map(({ name }) => name).filter((name) => name !== 'gateway');
  const back = await openDesk({ config: { services: others }, logs });
  const shared = { stores: back.stores, log: back.log };
  const routes = Object.fromEntries(others.map((name) => [name, back.url]));
  const front = await openDesk({ config: { services: ['gateway'], slot: '2', routes }, ...shared });
  const alone = await openDesk({ config: { services: ['gateway'], slot: '3', routes: { 'order-history': back.url } }, ...shared });
  return { back, front, alone };
}
