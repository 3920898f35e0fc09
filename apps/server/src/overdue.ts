/** Answers that are overdue, of the orders that are coordinated or watched in this process: counted for /metrics, and told in the log. */
import { type Log, type Reads, sagaRoutes } from '@ensemble/engine';
import { routes as monitor } from '@ensemble/monitor/routes';
import { participants } from './catalogue.ts';
import type { System } from './system.ts';

type Inside = Pick<System, 'services' | 'stores'>;
export type Overdue = ReadonlyMap<string, number>;

const open = [monitor.open, ...participants.flatMap(({ name, coordinates }) => (coordinates ? [sagaRoutes(name).open] : []))];

/** How many, by operation: of the oldest orders, where very many wait. Errors: STORE_UNAVAILABLE. */
export async function overdueHere({ services, stores }: Inside, now: number): Promise<Overdue> {
  const counts = new Map<string, number>();
  for (const route of open) {
    const reads: Reads | undefined = services.has(route.service) ? stores.get(route.service) : undefined;
    for (const { waits } of reads ? await route.answer(reads, {}) : [])
      for (const { operation } of waits.filter(({ due }) => due <= now)) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }
  return counts;
}

/**
 * Told after each look: warns of what was overdue at two looks running, and again when it is of other operations, and when it is over.
 * A look while something is away counts for nothing: silence then has its reason, which is told already.
 */
export function overdueLog(log: Log): { looked(overdue: Overdue): void; away(): void } {
  let before: Overdue = new Map();
  let told = '';
  return {
    looked(overdue) {
      const still = [...overdue].filter(([operation]) => before.has(operation)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const operations = still.map(([operation]) => operation).join(', ');
      if (operations !== '' && operations !== told) log.warn(Object.fromEntries(still), 'answers are overdue, so many of each');
      if (operations === '' && told !== '') log.warn({}, 'no answers are overdue any more');
      told = operations;
      before = overdue;
    },
    away() {
      before = new Map();
    },
  };
}

const lookEvery = 15_000;

/** The returned function ends it. */
export function watchOverdue(system: System, log: Log, now: () => number = Date.now): () => void {
  const told = overdueLog(log);
  const look = async (): Promise<void> => {
    if (system.health().some(({ up }) => !up)) return told.away();
    told.looked(await overdueHere(system, now()));
  };
  const timer = setInterval(() => void look().catch(() => told.away()), lookEvery);
  timer.unref();
  return () => clearInterval(timer);
}
