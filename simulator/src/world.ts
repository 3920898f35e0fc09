/** The whole system, each service a process of its own that can be killed and started again, before a driver that decides what goes wrong. */
import { type Participant, type Store, unasked } from '@ensemble/engine';
import type { Flow, Operation } from '@ensemble/flow';
import { cancelling, placing } from '@ensemble/gateway';
import { demo } from '@ensemble/payment/demo';
import { tables as paymentTables } from '@ensemble/payment/tables';
import { seedDemo, type Simulated, topicsOf } from '@ensemble/server';
import type { Deed, Driver } from './driver.ts';
import { expecting } from './expecting.ts';
import { type Ground, memoryGround } from './ground.ts';
import { type Network, network } from './network.ts';
import { byCard, factsOf, type Order } from './order.ts';
import { type Processes, processesOn } from './processes.ts';
import { type Witness, witness } from './witness.ts';

export interface WorldSetting {
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly driver: Driver;
  /** Whether a service runs at all; without it: all do. One that does not has its rows all the same. */
  readonly runs?: (service: Participant) => boolean;
  /** In memory without it. */
  readonly ground?: Ground;
  /** Beside those of the demo shop, with as much money as they have. */
  readonly customers?: readonly string[];
}

export interface World {
  /** Those that run. */
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly stores: ReadonlyMap<string, Store>;
  readonly network: Network;
  readonly witness: Witness;
  /** A payment provider and a carrier, which outlive any process of ours. */
  readonly outside: Simulated['world'];
  /** Milliseconds since 1970. */
  now(): number;
  /** Whatever can go on by itself has, and then so many milliseconds pass. */
  passes(milliseconds: number): Promise<void>;
  place(flow: Flow, orderId: string, order: Order): Promise<void>;
  /** Has a service say something unasked. Errors: those of its decision. */
  speaks(operation: Operation, flow: Flow, orderId: string): Promise<void>;
  /** Killed, and not started again yet. */
  isDown(service: string): boolean;
  /**
   * When the next thing happens of which no row of a service tells: a process starts, a message arrives late, somebody outside answers
   * or writes. Milliseconds since 1970; Infinity: nothing does.
   */
  expects(): number;
  start(service: string): Promise<void>;
  /** Kills every process. */
  end(): void;
  /** Stops every process, where it does not matter that time passes. */
  stop(): Promise<void>;
}

const partitions = 2;

export async function openWorld({
  flows,
  driver,
  runs = () => true,
  ground = memoryGround(),
  customers = [],
  ...all
}: WorldSetting): Promise<World> {
  const participants = all.participants.filter(runs);
  const { wire } = ground;
  const expected = expecting(ground.clock);
  const { clock } = expected;
  await wire.prepare(topicsOf(flows), partitions);
  const watching = witness();
  const stores = await seededStores(all.participants, ground);
  await openAccounts(stores.get('payment'), customers);
  const net = network({ driver, clock, wire, happens: (deed) => deeds.happens(deed) });
  const processes = processesOn({ participants, flows, driver, ground, clock, network: net, witness: watching, stores, partitions });
  const said = orders(processes);
  const deeds = deedsOn(processes, clock, said.cancel);
  const { start, kill, isUp } = processes;
  for (const { name } of participants) await start(name);
  return {
    participants,
    flows,
    stores,
    network: net,
    witness: watching,
    outside: processes.outside,
    now: () => clock.now(),
    passes: (milliseconds) => ground.passes(milliseconds),
    place: said.place,
    speaks: said.speaks,
    isDown: (service) => !isUp(service),
    expects: expected.next,
    start,
    end() {
      for (const name of stores.keys()) kill(name);
    },
    stop: () => processes.stop(),
  };
}

/** What is said from outside: an order, its cancel, and what a participant says unasked. */
function orders({ running, isUp }: Processes) {
  const flowOf = new Map<string, Flow>();
  return {
    async place(flow: Flow, orderId: string, order: Order): Promise<void> {
      flowOf.set(orderId, flow);
      const { job } = placing({ orderId, flow, customerId: order.customerId, facts: factsOf(order), idempotency: null });
      await running('gateway').service.perform(job);
    },
    async cancel(orderId: string): Promise<void> {
      const flow = flowOf.get(orderId);
      if (flow && isUp('gateway')) await running('gateway').service.perform(cancelling(flow, orderId, 'the customer changed their mind'));
    },
    async speaks({ name, participant }: Operation, flow: Flow, orderId: string): Promise<void> {
      const { service, participant: speaker } = running(participant);
      await service.perform(unasked(speaker, flow, name, orderId));
    },
  };
}

/** What the driver does to the processes and orders. */
function deedsOn({ start, kill, isUp }: Processes, clock: Ground['clock'], cancel: (orderId: string) => Promise<void>) {
  return {
    happens(deed: Deed): void {
      if (deed.kind === 'cancel') return void cancel(deed.orderId);
      if (!isUp(deed.service)) return;
      kill(deed.service);
      if (deed.back === 'at rest') return;
      clock.after(deed.back, () => void start(deed.service));
    },
  };
}

async function openAccounts(payments: Store | undefined, customers: readonly string[]): Promise<void> {
  const [account] = demo.accounts;
  const unit = await payments?.begin();
  const like = customers.map((customerId) => ({ ...account, customerId }));
  const cards = (account?.methods ?? []).filter(({ id }) => id === byCard.paymentMethod);
  await unit?.commit([{ table: paymentTables.accounts, insert: [...like, { ...account, customerId: byCard.customerId, methods: cards }] }]);
}

async function seededStores(participants: readonly Participant[], ground: Ground): Promise<ReadonlyMap<string, Store>> {
  const stores = new Map<string, Store>();
  for (const participant of participants) {
    const store = ground.store();
    await seedDemo(participant, store);
    stores.set(participant.name, store);
  }
  return stores;
}
