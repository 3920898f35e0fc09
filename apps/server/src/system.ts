/** Some services at work in this process, over one transport and a store each. */
import { randomUUID } from 'node:crypto';
import {
  type BatchFigures,
  type Clock,
  type Log,
  newsTopics,
  type ParkedRow,
  type Participant,
  type Ports,
  type Service,
  type ServiceHealth,
  type Store,
  startService,
  type Transport,
} from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { topicsOf } from './catalogue.ts';
import { simulatedOutside } from './outside.ts';

export interface SystemSetting {
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly transport: Transport;
  readonly stores: ReadonlyMap<string, Store>;
  readonly partitions: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Ids of outbox rows; by default random UUIDs. */
  readonly newId?: () => string;
  /** Whom services ask outside, by operation; by default a simulated world of this system's own, which forgets all with it. */
  readonly ports?: Ports;
  /** A name for this process's place among those that share the work; a restarted process takes it again. */
  readonly slot: string;
}

export interface System {
  readonly flows: readonly Flow[];
  readonly transport: Transport;
  /** The services that run in this process. */
  readonly services: ReadonlyMap<string, Service>;
  readonly stores: ReadonlyMap<string, Store>;
  health(): readonly ServiceHealth[];
  /** Told of every batch that any service here commits; the returned function ends it. */
  watch(listener: (batch: BatchFigures) => void): () => void;
  /** Told of every message that is put aside or becomes a dead letter. */
  watchAside(listener: (service: string, row: ParkedRow) => void): () => void;
  /** Stops every service; stores and transport stay open for whoever opened them. */
  stop(): Promise<void>;
}

/** A projection gains by larger batches: it works a seventh of the time at the most, and soon after a quiet time. */
const projectionRests = 6;
const projects = ({ operations }: Participant): boolean => Object.values(operations).some(({ kind }) => kind === 'project');

/** Starts all of them, or none. Errors: those of startService, TOPIC_MISMATCH. */
export async function startSystem(setting: SystemSetting): Promise<System> {
  const { flows, transport, stores, clock, log } = setting;
  const outside = setting.ports ? null : simulatedOutside(clock);
  const batches = new Set<(batch: BatchFigures) => void>();
  const asides = new Set<(service: string, row: ParkedRow) => void>();
  const topics = new Set([...topicsOf(flows), ...setting.participants.flatMap(newsTopics)]);
  await transport.prepare([...topics], setting.partitions);
  const start = (participant: Participant): Promise<Service> => {
    const store = stores.get(participant.name);
    if (!store) throw new Error(`there is no store for ${participant.name}`);
    return startService({
      participant,
      flows,
      store,
      transport,
      clock,
      log,
      ports: setting.ports ?? outside?.ports ?? {},
      newId: setting.newId ?? randomUUID,
      member: `${participant.name}-${setting.slot}`,
      rests: projects(participant) ? projectionRests : 0,
      committed: (batch) => {
        for (const listener of batches) listener(batch);
      },
      aside: (row) => {
        for (const listener of asides) listener(participant.name, row);
      },
    });
  };
  const starts = await Promise.allSettled(setting.participants.map(start));
  const running = starts.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = starts.find((each) => each.status === 'rejected');
  if (failed) {
    await Promise.all(running.map((service) => service.stop())); // one that went on would hold the process, on stores that are closed
    throw failed.reason;
  }
  const services = new Map(running.map((service) => [service.name, service]));
  outside?.writesTo({ flows, services, stores });
  return {
    flows,
    transport,
    services,
    stores,
    health: () => running.map((service) => service.health()),
    watch: (listener) => subscribed(batches, listener),
    watchAside: (listener) => subscribed(asides, listener),
    async stop() {
      await Promise.all(running.map((service) => service.stop()));
    },
  };
}

function subscribed<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
