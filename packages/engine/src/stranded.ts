/**
 * Orders that wait here for the outside world, or for their owner's clock, go on by their flow's row. A release without that row would
 * leave them waiting for ever, and nobody would know: so it does not start.
 */
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { asksOutside, type CallRow, calls, rowAsked } from './outside/calls.ts';
import { ownRows } from './own-rows.ts';
import type { Participant } from './participant.ts';
import type { Query, Row, Store, Table } from './store.ts';
import { type DueRow, due } from './tables.ts';

/** Orders of one flow and version that wait for the same. */
interface Stranded {
  readonly flow: string;
  /** null: whoever asked told none. */
  readonly version: string | null;
  readonly awaits: string;
}

/** Errors: FLOW_VERSION_GONE, naming how many orders there are, of which flow, and what they wait for. */
export async function refuseStranded(participant: Participant, flows: readonly Flow[], store: Pick<Store, 'select'>): Promise<void> {
  const groups = new Map<string, Stranded & { readonly orders: number }>();
  for await (const { flow, version, awaits } of strandedAt(participant, flows, store)) {
    const key = JSON.stringify([flow, version, awaits]);
    groups.set(key, { flow, version, awaits, orders: (groups.get(key)?.orders ?? 0) + 1 });
  }
  if (groups.size === 0) return;
  const waiting = [...groups.values()];
  const words = waiting.map(({ flow, version, awaits, orders }) => {
    const wait = orders === 1 ? '1 order waits' : `${orders} orders wait`;
    return `${wait} at ${participant.name} for ${awaits}, by ${version === null ? flow : `${flow} ${version}`}`;
  });
  throw new EnsembleError('FLOW_VERSION_GONE', `${words.join('; ')}; this release cannot go on with that`, {
    service: participant.name,
    waiting,
  });
}

async function* strandedAt(participant: Participant, flows: readonly Flow[], store: Pick<Store, 'select'>): AsyncGenerator<Stranded> {
  const timed = flows.filter((flow) => ownRows(flow, participant.name).deadline);
  const byOthers = timed.map(({ name }) => ['flow', '!=', name] as const);
  for await (const { flow, version } of ordersIn<DueRow>(store, due, byOthers)) yield { flow, version, awaits: "their owner's clock" };
  if (!asksOutside(participant)) return;
  for await (const { operation, asked, undo } of ordersIn<CallRow>(store, calls)) {
    const goesOn = rowAsked(flows, operation, asked) && (undo === null || rowAsked(flows, undoOf(participant, operation), undo));
    if (!goesOn) yield { flow: asked.flow, version: asked.version, awaits: `the word on ${operation}` };
  }
}

const undoOf = ({ operations }: Participant, operation: string): string =>
  Object.values(operations).find(({ kind, of }) => kind === 'undo' && of === operation)?.name ?? '';

/** Rows at a time. */
const pageSize = 1_000;

/** Every row, order by order, in pages by the primary key. */
async function* ordersIn<R extends Row & { readonly orderId: string }>(
  store: Pick<Store, 'select'>,
  table: Table,
  where: NonNullable<Query['where']> = [],
): AsyncGenerator<R> {
  let from: string | undefined;
  do {
    const here = from === undefined ? where : [...where, ['orderId', '>=', from] as const];
    const page = (await store.select(table, { where: here, orderBy: [['orderId', 'asc']], limit: pageSize })) as readonly R[];
    // The last order of a full page may have more rows: it comes first in the next one.
    const next = page.length < pageSize ? undefined : page.at(-1)?.orderId;
    yield* page.filter(({ orderId }) => orderId !== next);
    from = next;
  } while (from !== undefined);
}
