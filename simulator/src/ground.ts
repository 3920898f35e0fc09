/** What a world stands on: a clock, a log that processes reach, stores, and how a process ends. */
import { type Clock, pause, type Store, systemClock, type Transport } from '@ensemble/engine';
import { memoryStore } from '@ensemble/store-memory';
import { mortal } from '@ensemble/testkit/mortal';
import { virtualClock } from '@ensemble/testkit/virtual-clock';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';

export interface Ground {
  readonly clock: Clock;
  /** To the log, by no process that can die. */
  readonly wire: Transport;
  /** Whatever can go on by itself has, and then so many milliseconds pass. */
  passes(milliseconds: number): Promise<void>;
  store(): Store;
  process(): GroundProcess;
}

/** A process as it sees the ground. */
export interface GroundProcess {
  readonly transport: Transport;
  readonly clock: Clock;
  store(of: Store): Store;
  /** From now on nothing of it goes on. */
  kill(): void;
}

/** Everything in this process, on a clock that stands still: the same decisions give the same run. */
export function memoryGround(): Ground {
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const log = memoryLog();
  return {
    clock,
    wire: memoryTransport({ log, clock: () => clock.now() }),
    passes: (milliseconds) => clock.leap(milliseconds),
    store: () => memoryStore({ now: () => clock.now() }),
    process() {
      const one = mortal(log, clock);
      return { transport: one.transport, clock: one.clock(clock), store: (of) => one.store(of), kill: () => one.kill() };
    },
  };
}

/** Milliseconds between two looks at what goes on by itself. */
const look = 50;

/** A real transport, and time as it passes. Its processes cannot be killed. */
export function liveGround(transport: Transport): Ground {
  const kill = (): never => {
    throw new Error('no process is killed here');
  };
  return {
    clock: systemClock,
    wire: transport,
    passes: (milliseconds) => pause(systemClock, Math.min(milliseconds, look), new AbortController().signal),
    store: () => memoryStore(),
    process: () => ({ transport, clock: systemClock, store: (of) => of, kill }),
  };
}
