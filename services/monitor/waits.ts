/** Whose answers an order waits for, worked out from what was led to and is not settled. */
import type { SagaState, Wait } from '@ensemble/engine';
import type { Awaited } from './tables.ts';

/** Milliseconds that an answer usually takes at the most. */
const usual = 10_000;

const hasEnded = (state: SagaState): boolean => state === 'COMPLETED' || state === 'COMPENSATED';

/** What may have been done in silence is waited for only where nothing else is: then somebody has yet to end the order. */
export function awaitedOf(state: SagaState, leads: readonly Awaited[]): readonly Awaited[] {
  if (!leads.some(({ mayBeSilent }) => mayBeSilent)) return leads;
  const sure = leads.filter(({ mayBeSilent }) => !mayBeSilent);
  return sure.length > 0 || hasEnded(state) ? sure : leads;
}

/** When the answer to the first of them is overdue; null: none is to come. */
export const dueAt = (awaited: readonly Awaited[]): number | null => earliest(awaited.map(({ since }) => since + usual));

/** When a person should look, unless what is taken back is answered before; null: nothing is. */
export const flaggedAt = (awaited: readonly Awaited[]): number | null =>
  earliest(awaited.flatMap(({ since, giveUp }) => (giveUp === null ? [] : [since + giveUp])));

/** By operation, the longest waited for first. Asked for by several messages, it is waited for since the first of them. */
export function waitsFor(awaited: readonly Awaited[]): readonly Wait[] {
  const waits = [...Map.groupBy(awaited, ({ operation }) => operation)].map(([operation, same]) => {
    const since = Math.min(...same.map((each) => each.since));
    return { operation, participant: same[0]?.participant ?? '', since, due: since + usual };
  });
  return waits.toSorted((a, b) => a.since - b.since || (a.operation < b.operation ? -1 : 1));
}

const earliest = (times: readonly number[]): number | null => (times.length > 0 ? Math.min(...times) : null);
