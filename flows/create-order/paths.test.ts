/** Every path that is drawn, walked by the coordinator: whatever the drawing hears, it says what the drawing says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Advanced, advance, type Happened } from '@ensemble/engine/advance';
import { newSaga, type Saga } from '@ensemble/engine';
import { type Path, paths, type Plan } from '@ensemble/flow';
import { createOrder } from './create-order.flow.ts';

const plan = createOrder.plan as Plan;
const orderId = '01920000-0000-7000-8000-000000000001';
const asks = new Set(plan.groups.flat().flatMap(({ says, undo }) => [says, undo?.says ?? null]));
const isSaid = (message: string): boolean => asks.has(message);

function happens(message: string, facts: Saga['facts']): Happened {
  if (message === plan.begins) return { kind: 'begun', facts };
  if (message === plan.cancel) return { kind: 'cancelled', reason: message };
  return { kind: 'answered', message, facts, reason: null };
}

/** The cancel that ends a path came before the answer that stands before it was heard; else the next step would be asked. */
const asHeard = (messages: readonly string[]): readonly string[] => {
  const at = plan.cancel ? messages.indexOf(plan.cancel) : -1;
  return at < 1 ? messages : messages.with(at - 1, messages[at] ?? '').with(at, messages[at - 1] ?? '');
};

/** What the coordinator says on the way, a repeat once, and how the order ends. */
function walked({ messages }: Path): readonly [said: readonly string[], state: Saga['state']] {
  let now = 0;
  let saga = newSaga(orderId, createOrder.name, createOrder.version, now);
  const said = new Set<string>();
  const hear = (happened: Happened): void => {
    const advanced: Advanced | null = advance(plan, saga, happened, now);
    saga = advanced?.saga ?? saga;
    for (const key of advanced?.says ?? []) said.add(key);
  };
  for (const message of asHeard(messages)) {
    if (!isSaid(message)) hear(happens(message, saga.facts));
    // A command that nothing heard leads to is said for silence: what was asked is asked until it is given up.
    for (let asked = 0; isSaid(message) && !said.has(message) && asked < 20; asked += 1) {
      now += 60_000;
      hear({ kind: 'due', heardSince: 0 });
    }
  }
  return [[...said], saga.state];
}

for (const path of paths(createOrder))
  test(path.name, () =>
    assert.deepEqual(walked(path), [path.messages.filter(isSaid), path.name === 'completed' ? 'COMPLETED' : 'COMPENSATED']),
  );
