/** How many dead letters put orders on the desk, by service and operation, for /metrics. */
import type { DeskLetter } from '@ensemble/engine';
import { isError } from '@ensemble/errors';
import { Gauge, type Registry } from 'prom-client';
import type { System } from '../system.ts';
import { routesOfDesks } from './desk-letters.ts';

export function countDeskLetters({ services, stores }: System, registers: Registry[]): void {
  /** While a service's database is away its figures stay what they were. */
  const known = new Map<string, readonly DeskLetter[]>();
  const look = async (service: string): Promise<void> => {
    const [store, desk] = [stores.get(service), routesOfDesks.get(service)];
    if (!store || !desk) return;
    try {
      known.set(service, await desk.all.answer(store, {}));
    } catch (error) {
      if (!isError(error, 'STORE_UNAVAILABLE')) throw error;
    }
  };
  const letters = new Gauge({
    name: 'ensemble_desk_letters',
    help: 'Dead letters that put an order on the desk: it is FAILED until they are tried again.',
    labelNames: ['service', 'operation'],
    registers,
    async collect() {
      await Promise.all([...services.keys()].map(look));
      letters.reset();
      for (const { participant: service, operation } of [...known.values()].flat()) letters.inc({ service, operation });
    },
  });
}
