/** A process that can be killed at any point: from then on nothing of it goes on, what it held is let go, and nobody is told. */
import { EnsembleError } from '@ensemble/errors';
import { type MemoryLog, memoryTransport } from '@ensemble/transport-memory';
import type { Clock } from '@ensemble/engine';
import type { Store, Unit } from '@ensemble/engine/store';
import type { Subscription, Transport } from '@ensemble/engine/transport';

/** Where something can happen to a process: before it, or between what it did and its answer. */
export type Point = 'begin' | 'load' | 'commit' | 'committed' | 'publish' | 'published' | 'done';
export type Blow = 'killed' | 'answer of COMMIT lost' | 'database away' | 'broker away';

export interface Mortal {
  readonly transport: Transport;
  clock(of: Clock): Clock;
  store(of: Store): Store;
  /** How many points it has come through. */
  steps(): number;
  readonly life: Life;
  /** The blow strikes after so many more points, where it can strike at all: else at the next one. */
  meets(blow: Blow, at: number): void;
  kill(): void;
}

export interface Life {
  dead: boolean;
  /** What struck it, and where. */
  died: string;
  brokerAway: boolean;
  databaseAway: boolean;
}

/** A promise of its own each time: what waits for one that all share is never let go. */
const never = (): Promise<never> => new Promise(() => undefined);

/** What a process has to do with at every point. */
interface Fate {
  readonly life: Life;
  /** Does it, unless the process is over or struck before or after it: then it never ends, or fails. */
  alive<T>(point: Point, call: () => Promise<T>, after?: Point): Promise<T>;
  /** Goes on, or is over. */
  step(point: Point): boolean;
}

function fateOf(kill: () => void): Fate & Pick<Mortal, 'steps' | 'meets'> {
  const life: Life = { dead: false, died: '', brokerAway: false, databaseAway: false };
  let steps = 0;
  let fate: { readonly at: number; readonly blow: Blow } | null = null;

  function step(point: Point): boolean {
    if (life.dead) return false;
    steps += 1;
    if (fate === null || steps <= fate.at || !strikes(fate.blow, point)) return true;
    const { blow } = fate;
    fate = null;
    life.died = `${blow} at ${point}`;
    if (blow === 'killed') kill();
    else throw new EnsembleError(codes[blow], life.died);
    return false;
  }

  return {
    life,
    step,
    steps: () => steps,
    meets: (blow, at) =>
      void (fate = {
        blow,
        at: steps + at,
      }),
    async alive(point, call, after) {
      if (!step(point)) return never();
      const result = await call();
      return life.dead || (after && !step(after)) ? never() : result;
    },
  };
}

const codes = {
  'answer of COMMIT lost': 'STORE_COMMIT_UNKNOWN',
  'database away': 'STORE_UNAVAILABLE',
  'broker away': 'TRANSPORT_UNAVAILABLE',
} as const;

const strikes = (blow: Blow, point: Point): boolean =>
  blow === 'killed' ||
  (blow === 'answer of COMMIT lost' && point === 'committed') ||
  (blow === 'database away' && (point === 'begin' || point === 'load' || point === 'commit')) ||
  (blow === 'broker away' && (point === 'publish' || point === 'published'));

export function mortal(log: MemoryLog, clock: Clock): Mortal {
  const transport = memoryTransport({ log, clock: () => clock.now() });
  const idle = new Set<Unit>();
  function kill(): void {
    fate.life.dead = true;
    transport.kill();
    for (const unit of idle) void unit.rollback();
  }
  const fate = fateOf(kill);
  const { life, steps, meets } = fate;
  return {
    life,
    steps,
    meets,
    kill,
    transport: mortalTransport(fate, transport),
    store: (of) => mortalStore(fate, of, idle),
    clock: (of) => ({
      now: () => of.now(),
      after: (milliseconds, call) => of.after(milliseconds, () => !life.dead && call()),
    }),
  };
}

function mortalTransport({ life, alive, step }: Fate, transport: Transport): Transport {
  const subscriptionOf = (subscription: Subscription): Subscription => ({
    take: async (limit, signal) => {
      const taken = await subscription.take(limit, signal);
      return life.dead ? never() : taken;
    },
    done(deliveries) {
      if (step('done')) subscription.done(deliveries);
    },
    caughtUp: (signal) => subscription.caughtUp(signal),
    serves: (key) => !life.dead && subscription.serves(key),
    close: () => subscription.close(),
  });
  return {
    ...transport,
    async publish(messages) {
      if (life.brokerAway) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'the broker is away');
      return alive('publish', () => transport.publish(messages), 'published');
    },
    subscribe: async (options) => subscriptionOf(await transport.subscribe(options)),
    health: () => (life.brokerAway ? { up: false, problem: 'the broker is away' } : transport.health()),
  };
}

/** `idle`: the open units of which no call is under way. */
function mortalStore({ life, alive }: Fate, store: Store, idle: Set<Unit>): Store {
  const reached = (): void => {
    if (life.databaseAway) throw new EnsembleError('STORE_UNAVAILABLE', 'the database is away');
  };
  const unitOf = (unit: Unit): Unit => {
    idle.add(unit);
    const using = async <T>(point: Point, call: () => Promise<T>, after?: Point): Promise<T> => {
      reached();
      const busy = async (): Promise<T> => {
        idle.delete(unit);
        const result = await call();
        if (life.dead) await unit.rollback();
        else idle.add(unit);
        return result;
      };
      return alive(point, busy, after);
    };
    return {
      now: unit.now,
      load: (wanted) => using('load', () => unit.load(wanted)),
      commit: (changes) => using('commit', () => unit.commit(changes), 'committed'),
      rollback: async () => (life.dead ? never() : unit.rollback()),
    };
  };
  return {
    async begin() {
      reached();
      return unitOf(await alive('begin', () => store.begin()));
    },
    async select(table, query) {
      reached();
      return life.dead ? never() : store.select(table, query);
    },
    async count(table) {
      reached();
      return life.dead ? never() : store.count(table);
    },
    health: () => store.health(),
    close: () => store.close(),
  };
}
