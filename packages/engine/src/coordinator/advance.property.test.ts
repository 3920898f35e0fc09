/** Sagas against participants that answer late, twice, out of order, refuse or are away for long: whatever they do, it ends right. */
import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { Plan } from '@ensemble/flow';
import * as fc from 'fast-check';
import { anyFlow } from '../../fixtures/any-flow.ts';
import { beginning, giveUp, last, pivot, plan, read, shop, step, told } from '../../fixtures/plans.ts';
import { advance, type Happened } from './advance.ts';
import { newSaga, type Saga } from './saga.ts';

const plans: readonly Plan[] = [
  shop,
  plan(step('a'), [step('b'), step('c'), read('d')], pivot('p'), [last('y'), last('z')], told('t')),
  plan(beginning('a'), step('b', { attempts: 1 }), pivot('p'), last('z')),
  plan([step('a'), step('b')], step('c')),
];

/** What may happen next; the numbers pick among what is there. */
const act = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(50), again: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), time: fc.integer({ min: 1, max: giveUp * 2 }), away: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('lose' as const), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail later' as const) }) },
);

type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;
type RecordOf = 'done' | 'refused' | 'undone';

/** A coordinator, its participants, and what is under way between them. */
class World {
  now = 0;
  saga: Saga;
  readonly records = new Map<string, RecordOf>();
  readonly #asked = new Set<string>();
  /** All that anyone said. */
  readonly said = new Set<string>();
  readonly #plan: Plan;
  readonly #refuses: ReadonlySet<string>;
  #underWay: string[] = ['BEGIN'];

  constructor(of: Plan, refuses: readonly string[]) {
    this.#plan = of;
    this.#refuses = new Set(refuses);
    this.saga = newSaga('order', of.flow, of.version, 0);
    for (const each of this.#steps()) if (each.says === null) this.records.set(each.step, 'done');
  }

  #steps = () => this.#plan.groups.flat();

  happens(happened: Happened): void {
    const before = this.saga;
    const advanced = advance(this.#plan, before, happened, this.now);
    if (!advanced) return;
    this.saga = advanced.saga;
    for (const said of advanced.says) {
      const isDo = this.#steps().some(({ says }) => says === said);
      ok(!isDo || this.saga.state === 'RUNNING' || this.saga.state === 'COMPLETED', `${said} was asked while ${this.saga.state}`);
      ok(!isDo || before.state === 'RUNNING', `${said} was asked after ${before.state}`);
      this.#asked.add(said);
      this.said.add(said);
      this.#underWay.push(said);
    }
    this.#check();
  }

  /** Ended means: everything that was asked has been confirmed undone, or refused. */
  #check(): void {
    const { state, asks } = this.saga;
    for (const { step: name, undo } of this.#steps()) {
      const stands = asks[name];
      if (state === 'COMPENSATED' && undo && stands && stands.do !== 'refused') ok(stands.undo, `${name} was never undone`);
      if (state === 'COMPLETED') equal(stands?.do, 'answered', `${name} of a COMPLETED order`);
    }
  }

  do(next: Act): void {
    switch (next.kind) {
      case 'deliver':
        return this.deliver(next.which, next.again);
      case 'pass':
        this.now += next.time;
        return this.happens({ kind: 'due', heardSince: next.away ? this.now : 0 });
      case 'lose': // a participant that is away, whose answer comes only when it is asked again
        if (this.#isAskedAgain(this.#underWay[next.which % this.#underWay.length])) this.#take(next.which);
        return;
      case 'cancel':
        return this.happens({ kind: 'cancelled', reason: 'cancel' });
      case 'fail later':
        if (this.records.get('p') === 'done' && this.saga.begun) this.happens({ kind: 'failedLater', reason: 'later' });
    }
  }

  #isAskedAgain = (message: string | undefined): boolean =>
    message !== 'BEGIN' && !this.#steps().some(({ says, answers }) => says === message && Object.keys(answers).length === 0);

  #take(which: number): string | undefined {
    return this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1)[0];
  }

  deliver(which: number, again = false): void {
    const message = again ? this.#underWay[which % Math.max(1, this.#underWay.length)] : this.#take(which);
    if (message === undefined) return;
    if (message === 'BEGIN') return this.happens({ kind: 'begun', facts: {} });
    const asked = this.#steps().find(({ says, undo }) => says === message || undo?.says === message);
    if (!asked) return this.happens({ kind: 'answered', message, facts: {}, reason: null });
    const isUndo = asked.undo?.says === message;
    const answer = isUndo ? this.#undo(asked.step) : this.#do(asked.step, Object.keys(asked.answers).length > 1);
    const reply = isUndo ? asked.undo?.answers[0] : Object.keys(asked.answers).find((key) => key.endsWith(answer ?? '?'));
    if (!answer || !reply) return;
    this.#underWay.push(reply);
    this.said.add(reply);
  }

  #do(name: string, canRefuse: boolean): string | null {
    const record = this.records.get(name) ?? (canRefuse && this.#refuses.has(name) ? 'refused' : 'done');
    this.records.set(name, record);
    return record === 'undone' ? null : record;
  }

  #undo(name: string): string {
    if (this.records.get(name) !== 'refused') this.records.set(name, 'undone');
    return 'undone';
  }

  /** Faults stop: everything under way arrives, every deadline fires. */
  settle(): void {
    for (let round = 0; round < 500 && (this.#underWay.length > 0 || this.saga.open); round += 1) {
      while (this.#underWay.length > 0) this.deliver(0);
      this.now += 300_000;
      this.happens({ kind: 'due', heardSince: 0 });
    }
  }

  wasAsked(name: string): boolean {
    const asked = this.#steps().find(({ step: each }) => each === name);
    return typeof asked?.says !== 'string' || this.#asked.has(asked.says);
  }

  ended(): void {
    const { state, open, flagged } = this.saga;
    ok(state === 'COMPLETED' || state === 'COMPENSATED', `it is still ${state}`);
    equal(open, false);
    equal(flagged, false);
    for (const { step: name, undo } of this.#steps()) {
      const record = this.records.get(name);
      if (state === 'COMPLETED') equal(record, 'done', `${name} of a COMPLETED order`);
      else if (undo && this.wasAsked(name)) ok(record !== 'done', `${name} of a COMPENSATED order is still done`);
    }
  }
}

const names = ['a', 'b', 'c', 'd', 'p', 'y', 'z', 't'];

for (const [index, of] of plans.entries()) {
  test(`plan ${index + 1}: it ends, and what was asked is done whole or taken back whole`, () => {
    fc.assert(
      fc.property(fc.subarray(names), fc.array(act, { maxLength: 80 }), (refuses, acts) => {
        const world = new World(of, refuses);
        for (const next of acts) world.do(next);
        world.settle();
        world.ended();
      }),
      { numRuns: 2_000 },
    );
  });
}

test('whatever flow the checker lets through: its end is said, and no other', () => {
  const refuses = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 3 });
  const run = fc.record({ flow: anyFlow, refuses, acts: fc.array(act, { maxLength: 40 }) });
  fc.assert(
    fc.property(run, ({ flow, refuses, acts }) => {
      const plan = flow.plan as Plan;
      const steps = plan.groups.flat().map((each) => each.step);
      const world = new World(
        plan,
        steps.filter((_, at) => refuses.includes(at)),
      );
      for (const next of acts) if (next.kind !== 'fail later' && (next.kind !== 'cancel' || flow.cancel)) world.do(next);
      world.settle();
      world.ended();
      const statuses = [...world.said].map((key) => flow.places.get(key)?.status);
      if (world.saga.state === 'COMPLETED') ok(statuses.includes('COMPLETED') && !statuses.includes('CANCELLED'), statuses.join(' '));
      else ok(statuses.includes('CANCELLED'), `it was taken back, and what was said is ${[...world.said].join(' ')}`);
    }),
    { numRuns: 1_000 },
  );
});

test('an order that nobody cancels and nobody refuses is COMPLETED, if answers come in time', () => {
  const delivered = fc.array(fc.record({ which: fc.nat(50), again: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom(...plans), delivered, (of, deliveries) => {
      const world = new World(of, []);
      for (const { which, again } of deliveries) world.deliver(which, again);
      world.settle();
      equal(world.saga.state, 'COMPLETED');
    }),
  );
});
