/** The whole system in memory, on a clock that stands still: each service a process of its own that can be killed and started again. */
import { type Clock, type Participant, type Service, silentLog, type Store, unasked } from '@ensemble/engine';
import type { Flow, Operation } from '@ensemble/flow';
import { cancelling, placing } from '@ensemble/gateway';
import { seedDemo, startSystem, topicsOf } from '@ensemble/server';
import { memoryStore } from '@ensemble/store-memory';
import { type Mortal, mortal } from '@ensemble/testkit/mortal';
import { type VirtualClock, virtualClock } from '@ensemble/testkit/virtual-clock';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import type { Deed, Driver } from './driver.ts';
import { driven } from './driven.ts';
import { type Network, network } from './network.ts';
import { type Order, factsOf } from './order.ts';
import { type Witness, witness } from './witness.ts';

export interface WorldSetting {
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly driver: Driver;
}

export interface World {
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly clock: VirtualClock;
  readonly stores: ReadonlyMap<string, Store>;
  readonly network: Network;
  readonly witness: Witness;
  place(flow: Flow, orderId: string, order: Order): Promise<void>;
  cancel(flow: Flow, orderId: string): Promise<void>;
  /** Has a service say something unasked. Errors: those of its decision. */
  speaks(operation: Operation, flow: Flow, orderId: string): Promise<void>;
  /** Killed, and not started again yet. */
  isDown(service: string): boolean;
  /** Whether some process is to be started at a time. */
  awaitsStart(): boolean;
  kill(service: string): void;
  start(service: string): Promise<void>;
  /** Ends every process. */
  end(): void;
}

interface Process {
  readonly mortal: Mortal;
  readonly participant: Participant;
  readonly service: Service;
}

const partitions = 2;

export async function openWorld({ participants, flows, driver }: WorldSetting): Promise<World> {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const log = memoryLog();
  log.prepare(topicsOf(flows), partitions);
  const watching = witness();
  const stores = await seededStores(participants, clock);
  const processes = new Map<string, Process>();
  const flowOf = new Map<string, Flow>();
  let starting = 0;
  let ids = 0;
  const newId = (): string => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;

  const wire = memoryTransport({ log, clock: () => clock.now() });
  const net = network({ driver, clock, wire, happens });

  async function start(name: string): Promise<void> {
    const participant = participants.find((one) => one.name === name);
    const store = stores.get(name);
    if (!participant || !store) throw new Error(`there is no service ${name}`);
    const process = mortal(log, clock);
    const scripted = driven(participant, driver);
    const system = await startSystem({
      participants: [scripted],
      flows,
      transport: net.through(process.transport),
      stores: new Map([[name, process.store(watching.watched(store))]]),
      partitions,
      clock: process.clock(clock),
      log: silentLog,
      newId,
      slot: '1',
    });
    const service = system.services.get(name);
    if (service) processes.set(name, { mortal: process, participant: scripted, service });
  }

  function kill(name: string): void {
    processes.get(name)?.mortal.kill();
    processes.delete(name);
  }

  function happens(deed: Deed): void {
    if (deed.kind === 'cancel') return void cancel(flowOf.get(deed.orderId), deed.orderId);
    kill(deed.service);
    if (deed.back === 'at rest') return;
    starting += 1;
    clock.after(deed.back, () => {
      starting -= 1;
      void start(deed.service);
    });
  }

  function running(name: string): Process {
    const found = processes.get(name);
    if (!found) throw new Error(`${name} is down`);
    return found;
  }

  async function cancel(flow: Flow | undefined, orderId: string): Promise<void> {
    if (flow) await running('gateway').service.perform(cancelling(flow, orderId, 'the customer changed their mind'));
  }

  for (const { name } of participants) await start(name);
  return {
    participants,
    flows,
    clock,
    stores,
    network: net,
    witness: watching,
    async place(flow, orderId, order) {
      flowOf.set(orderId, flow);
      const { customerId, facts } = factsOf(order);
      await running('gateway').service.perform(placing({ orderId, flow, customerId, facts, idempotency: null }).job);
    },
    cancel,
    async speaks({ name, participant }, flow, orderId) {
      const process = running(participant);
      await process.service.perform(unasked(process.participant, flow, name, orderId));
    },
    isDown: (service) => !processes.has(service),
    awaitsStart: () => starting > 0,
    kill,
    start,
    end() {
      for (const name of stores.keys()) kill(name);
    },
  };
}

async function seededStores(participants: readonly Participant[], clock: Clock): Promise<ReadonlyMap<string, Store>> {
  const stores = new Map<string, Store>();
  for (const participant of participants) {
    const store = memoryStore({ now: () => clock.now() });
    await seedDemo(participant, store);
    stores.set(participant.name, store);
  }
  return stores;
}
