/** One run of the whole system in which anything may go wrong. The seed is all there is to it: the same seed, the same run. */
import type { Participant } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { tables as gatewayTables } from '@ensemble/gateway';
import { tables as historyTables } from '@ensemble/order-history/tables';
import type { Behaviour } from '@ensemble/simulated-world';
import { type Chance, chance } from '@ensemble/server';
import { held } from './held.ts';
import { mend } from './mend.ts';
import { fillable, type Order, refused } from './order.ts';
import { rest } from './rest.ts';
import { seeded } from './seeded.ts';
import { openWorld, type World } from './world.ts';

export interface Simulation {
  readonly seed: number;
  /** Orders that were accepted, by how they ended. */
  readonly ended: Readonly<Record<string, number>>;
  /** Every message that the log took, in its order: who said it, and what. */
  readonly said: readonly string[];
  /** Milliseconds that passed in it. */
  readonly passed: number;
  /** What does not hold. */
  readonly findings: readonly string[];
}

export interface SimulationSetting {
  readonly participants: readonly Participant[];
  readonly flows: readonly Flow[];
  readonly orders: number;
}

const customers = ['ada', 'grace', 'demo'];
const parts = ['payments', 'carrier'] as const;
const behaviours: readonly Behaviour[] = ['quick', 'slow', 'flaky', 'down', 'lost', 'silent', 'later', 'twice', 'refusing'];
/** As often as not a wallet, which asks nobody outside. */
const methods = ['wallet', 'wallet', 'wallet', 'card', 'slow-card', 'flaky-card', 'later-card', 'refusing-card'];
const products = ['keyboard', 'mouse', 'webcam', 'headset'];
/** Milliseconds. */
const longest = 24 * 3_600_000;

/** Errors: an Error, when something goes on for ever. */
export async function simulate(seed: number, { participants, flows, orders }: SimulationSetting): Promise<Simulation> {
  const luck = chance(seed);
  const services = participants.map(({ name }) => name);
  const driver = seeded(luck, services);
  const world = await openWorld({ participants, flows, driver });
  const began = world.now();
  try {
    await orderAtRandom(world, luck, orders);
    // Who is away for ever is asked for ever, and nothing would come to rest.
    for (let n = 0; n < 60; n += 1) await world.passes(luck.between(0, 3_000));
    for (const part of parts) world.outside.behave(part, null);
    await rest(world, { desk: true, within: longest });
    driver.rests();
    await mend(world);
    await rest(world, { desk: false, within: longest });
    const ends = await endsIn(world);
    return {
      seed,
      ended: counted(ends),
      said: world.network.logged.map(({ by, id }) => `${by}: ${id}`),
      passed: world.now() - began,
      findings: await held(world),
    };
  } finally {
    world.end();
  }
}

async function orderAtRandom(world: World, luck: Chance, orders: number): Promise<void> {
  for (let n = 1; n <= orders; n += 1) {
    const orderId = `01920000-0000-7000-8000-${String(n).padStart(12, '0')}`;
    // A customer whose gateway dies meanwhile hears nothing; whether the order was taken, its books say.
    if (!world.isDown('gateway')) void world.place(luck.oneOf(world.flows), orderId, randomOrder(luck)).catch(() => undefined);
    if (luck.is(0.2)) world.outside.behave(luck.oneOf(parts), luck.is(0.3) ? null : luck.oneOf(behaviours));
    await world.passes(luck.between(0, 3_000));
  }
}

const randomOrder = (luck: Chance): Order => ({
  ...(luck.is(0.1)
    ? luck.oneOf([...refused.values()])
    : { ...fillable, lines: [{ productId: luck.oneOf(products), quantity: luck.between(1, 3) }] }),
  paymentMethod: luck.oneOf(methods),
  customerId: luck.oneOf(customers),
});

async function endsIn(world: World): Promise<ReadonlyMap<string, string>> {
  const accepted = (await world.stores.get('gateway')?.select(gatewayTables.accepted, {})) ?? [];
  const told = (await world.stores.get('order-history')?.select(historyTables.orders, {})) ?? [];
  const status = new Map(told.map((row) => [row['orderId'] as string, row['status'] as string]));
  return new Map(accepted.map(({ orderId }) => [orderId as string, status.get(orderId as string) ?? 'unknown']));
}

const counted = (ends: ReadonlyMap<string, string>): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(ends.values(), (end) => end)].map(([end, all]) => [end, all.length]));
