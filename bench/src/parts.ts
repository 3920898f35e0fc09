/** The system in two parts, as two processes would run it: some services can go away, and come back. */
import type { BatchFigures } from '@ensemble/engine';
import { simulatedOutside, startSystem, type System } from '@ensemble/server';

type SystemSetting = Omit<Parameters<typeof startSystem>[0], 'ports'>;

export interface Parts {
  /** The services that stay. */
  readonly rest: System;
  /** Told of every batch of either part. */
  watch(listener: (batch: BatchFigures) => void): void;
  /** Resolves when those that leave have stopped. */
  away(): Promise<void>;
  /** Resolves when they are at work again. */
  back(): Promise<void>;
  stop(): Promise<void>;
}

/** `leaving`: names of participants. All of it asks one outside world. Errors: those of startSystem. */
export async function startParts(setting: SystemSetting, leaving: readonly string[]): Promise<Parts> {
  const outside = simulatedOutside(setting.clock);
  const listeners: ((batch: BatchFigures) => void)[] = [];
  const start = async (leaves: boolean): Promise<System> => {
    const participants = setting.participants.filter(({ name }) => leaving.includes(name) === leaves);
    const system = await startSystem({ ...setting, participants, ports: outside.ports });
    system.watch((batch) => {
      for (const listener of listeners) listener(batch);
    });
    return system;
  };
  const rest = await start(false);
  let apart: System | null = null;
  const parts: Parts = {
    rest,
    watch: (listener) => void listeners.push(listener),
    async away() {
      await apart?.stop();
      apart = null;
    },
    async back() {
      apart ??= await start(true);
      const services = new Map([...rest.services, ...apart.services]);
      outside.writesTo({ flows: setting.flows, stores: setting.stores, services });
    },
    async stop() {
      await Promise.all([rest.stop(), parts.away()]);
    },
  };
  try {
    await parts.back();
  } catch (error) {
    await rest.stop();
    throw error;
  }
  return parts;
}
