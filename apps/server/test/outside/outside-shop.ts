/** A whole shop over memory, on a clock that stands still until it is moved, before an outside world that behaves as told. */
import { type Service, silentLog } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { cancelling, placing } from '@ensemble/gateway';
import { tables as historyTables } from '@ensemble/order-history/tables';
import type { Behaviour, Part } from '@ensemble/simulated-world';
import { memoryStore } from '@ensemble/store-memory';
import { virtualClock } from '@ensemble/testkit/virtual-clock';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { audit } from '../../src/audit.ts';
import { flows, participants } from '../../src/catalogue.ts';
import { seedDemo } from '../../src/demo.ts';
import { simulatedOutside } from '../../src/outside.ts';
import { startSystem } from '../../src/system.ts';
import { booksOf } from './books.ts';

const orderIdOf = (n: number): string => `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export async function outsideShop(flowName: string) {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const log = memoryLog();
  const stores = new Map(participants.map(({ name }) => [name, memoryStore({ now: () => clock.now() })]));
  for (const participant of participants) await seedDemo(participant, stores.get(participant.name) ?? memoryStore());
  const outside = simulatedOutside(clock);
  let ids = 0;
  const system = await startSystem({
    participants,
    flows,
    transport: memoryTransport({ log, clock: () => clock.now() }),
    stores,
    ports: outside.ports,
    partitions: 1,
    clock,
    log: silentLog,
    newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
    slot: '1',
  });
  outside.writesTo(system);
  const gateway = system.services.get('gateway') as Service;
  const flow = flows.find(({ name }) => name === flowName) as Flow;
  const methods = new Map<string, string>();

  const status = async (orderId: string): Promise<string> => {
    const [row] = (await stores.get('order-history')?.select(historyTables.orders, { where: [['orderId', '=', orderId]] })) ?? [];
    return String(row?.['status']);
  };
  /** What does not hold, in our books and in theirs. */
  async function findings(): Promise<readonly string[]> {
    const completed = new Set<string>();
    for (const orderId of methods.keys()) if ((await status(orderId)) === 'COMPLETED') completed.add(orderId);
    return [...(await audit(stores)), ...booksOf(outside.world.done(), completed, (orderId) => methods.get(orderId) !== 'wallet')];
  }

  return {
    clock,
    world: outside.world,
    status,
    behave: (part: Part, behaviour: Behaviour | null) => outside.world.behave(part, behaviour),
    async place(n: number, paymentMethod: string): Promise<string> {
      const orderId = orderIdOf(n);
      methods.set(orderId, paymentMethod);
      const lines = [{ productId: 'keyboard', quantity: 2 }];
      const { job } = placing({ orderId, flow, customerId: 'ada', facts: { lines, paymentMethod }, idempotency: null });
      await gateway.perform(job);
      return orderId;
    },
    cancel: (orderId: string) => gateway.perform(cancelling(flow, orderId, 'the customer changed their mind')),
    /** Passes time until the order stands so, and gives how long that took. */
    async reaches(orderId: string, wanted: string, longest = 20 * 60_000): Promise<number> {
      const began = clock.now();
      while ((await status(orderId)) !== wanted) {
        if (clock.now() - began > longest) throw new Error(`${wanted}: it is ${await status(orderId)}; ${(await findings()).join('; ')}`);
        await clock.pass(500);
      }
      return clock.now() - began;
    },
    findings,
    async stop(): Promise<void> {
      const stopped = system.stop();
      await clock.pass(3_000);
      await stopped;
    },
  };
}
