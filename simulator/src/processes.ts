/** Each service in a process of its own, which can be killed and started again on the same store. */
import { type Clock, type Participant, type Service, silentLog, type Store } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { type Simulated, simulatedOutside, startSystem, type System } from '@ensemble/server';
import { driven } from './driven.ts';
import type { Driver } from './driver.ts';
import type { Ground, GroundProcess } from './ground.ts';
import type { Network } from './network.ts';
import type { Witness } from './witness.ts';

export interface ProcessesSetting {
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly driver: Driver;
  readonly ground: Ground;
  /** Of those who are asked outside. */
  readonly clock: Clock;
  readonly network: Pick<Network, 'through'>;
  readonly witness: Pick<Witness, 'watched'>;
  readonly stores: ReadonlyMap<string, Store>;
  readonly partitions: number;
}

export interface Processes {
  /** Whom the services ask, whichever process they are in. */
  readonly outside: Simulated['world'];
  start(service: string): Promise<void>;
  kill(service: string): void;
  isUp(service: string): boolean;
  /** Errors: an Error, when it is down. */
  running(service: string): { readonly participant: Participant; readonly service: Service };
  stop(): Promise<void>;
}

interface Process {
  readonly on: GroundProcess;
  readonly participant: Participant;
  readonly system: System;
}

export function processesOn({ participants, flows, driver, ground, stores, partitions, ...setting }: ProcessesSetting): Processes {
  const processes = new Map<string, Process>();
  const services = new Map<string, Service>();
  const met = new Map<string, number>();
  const outside = simulatedOutside(setting.clock, ({ key }) => {
    const [orderId = '', operation = ''] = key.split('/');
    const before = met.get(key) ?? 0;
    met.set(key, before + 1);
    return driver.outside({ orderId, operation, before });
  });
  outside.writesTo({ flows, services, stores });
  let ids = 0;
  const newId = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;

  return {
    outside: outside.world,
    async start(name) {
      const participant = participants.find((one) => one.name === name);
      const store = stores.get(name);
      if (!participant || !store) throw new Error(`there is no service ${name}`);
      const on = ground.process();
      const scripted = driven(participant, driver);
      const system = await startSystem({
        participants: [scripted],
        flows,
        transport: setting.network.through(on.transport),
        stores: new Map([[name, on.store(setting.witness.watched(store))]]),
        partitions,
        ports: outside.ports,
        clock: on.clock,
        log: silentLog,
        newId,
        slot: '1',
      });
      processes.set(name, { on, participant: scripted, system });
      for (const [of, service] of system.services) services.set(of, service);
    },
    kill(name) {
      processes.get(name)?.on.kill();
      processes.delete(name);
      services.delete(name);
    },
    isUp: (name) => processes.has(name),
    running(name) {
      const found = processes.get(name);
      const service = services.get(name);
      if (!found || !service) throw new Error(`${name} is down`);
      return { participant: found.participant, service };
    },
    async stop() {
      await Promise.all([...processes.values()].map(({ system }) => system.stop()));
    },
  };
}
