/** How many dead letters put orders on the desk, by service and operation, for /metrics. */
import type { DeskLetter } from '@ensemble/engine';
import { Gauge, type Registry } from 'prom-client';
import type { System } from '../system.ts';
import { routesOfDesks } from './desk-letters.ts';

export function countDeskLetters({ services, stores }: System, registers: Registry[]): void {
  /** While a service's database is away its figures stay what they were. */
  const known = new Map<string, readonly DeskLetter[]>();
  const look = async (service: string): Promise<void> => {
    const store = stores.get(service);
    const found = await (store &&
      routesOfDesks
        .get(service)
        ?.all.answer(store, {})
        .catch(() => undefined));
    if (found) known.set(service, found);
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
