/** Every path that is drawn, walked by the coordinator: whatever the drawing hears, it says what the drawing says. */
import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { type Advanced, advance, type Happened } from '@ensemble/engine/advance';
import { newSaga, type Saga } from '@ensemble/engine';
import { type Flow, type Path, paths, type Plan } from '@ensemble/flow';

const orderId = '01920000-0000-7000-8000-000000000001';

const asksOf = (plan: Plan): ReadonlySet<string | null> =>
  new Set(plan.groups.flat().flatMap(({ says, undo }) => [says, undo?.says ?? null]));

function happens(plan: Plan, message: string, facts: Saga['facts']): Happened {
  if (message === plan.begins) return { kind: 'begun', facts };
  if (message === plan.cancel) return { kind: 'cancelled', reason: message };
  if (plan.later.includes(message)) return { kind: 'failedLater', reason: message };
  return { kind: 'answered', message, facts, reason: null };
}

/** The cancel that ends a path came before the answer that stands before it was heard; else the next step would be asked. */
const asHeard = (plan: Plan, messages: readonly string[]): readonly string[] => {
  const at = plan.cancel ? messages.indexOf(plan.cancel) : -1;
  return at < 1 || messages[at - 1] === plan.begins ? messages : messages.with(at - 1, messages[at] ?? '').with(at, messages[at - 1] ?? '');
};

/** What the coordinator says on the way, a repeat once, and how the order ends. */
function walked(flow: Flow, plan: Plan, { messages }: Path): readonly [said: readonly string[], state: Saga['state']] {
  const asks = asksOf(plan);
  let now = 0;
  let saga = newSaga(orderId, flow.name, flow.version, now);
  const said = new Set<string>();
  const hear = (happened: Happened): void => {
    const advanced: Advanced | null = advance(plan, saga, happened, now);
    saga = advanced?.saga ?? saga;
    for (const key of advanced?.says ?? []) said.add(key);
  };
  for (const message of asHeard(plan, messages)) {
    if (!asks.has(message)) hear(happens(plan, message, saga.facts));
    // A command that nothing heard leads to is said for silence: what was asked is asked until it is given up.
    for (let asked = 0; asks.has(message) && !said.has(message) && asked < 20; asked += 1) {
      now += 60_000;
      hear({ kind: 'due', heardSince: 0 });
    }
  }
  return [[...said], saga.state];
}

/** Declares the tests, with node:test. A path on which the flow never begins is nothing that a coordinator hears of. */
export function walks(flow: Flow): void {
  const { plan } = flow;
  if (!plan) throw new Error(`${flow.name} has no coordinator`);
  const asks = asksOf(plan);
  for (const path of paths(flow).filter(({ messages }) => messages.includes(plan.begins)))
    test(`the coordinator walks: ${path.name}`, () =>
      deepEqual(walked(flow, plan, path), [
        path.messages.filter((message) => asks.has(message)),
        path.name === 'completed' ? 'COMPLETED' : 'COMPENSATED',
      ]));
}
