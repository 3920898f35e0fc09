/** A driver that lets anything go wrong at any time, as chance has it, until it is told to stop. */
import type { Behaviour } from '@ensemble/simulated-world';
import type { Chance } from '@ensemble/server';
import { decides, type Deed, type Driver, type Fate, goes, type Spoken, type Verdict } from './driver.ts';

export interface Seeded extends Driver {
  /** From now on nothing goes wrong. */
  rests(): void;
}

/** Milliseconds. */
const soon = 15_000;
const long = 1_200_000;
const badly: readonly Behaviour[] = ['slow', 'flaky', 'down', 'lost', 'silent', 'later', 'twice', 'early', 'refusing'];

export function seeded(luck: Chance, services: readonly string[]): Seeded {
  let isCalm = false;
  /** What throws however often it is tried. */
  const broken = new Set<string>();

  function meets({ about, flow }: Spoken): readonly Deed[] {
    if (isCalm) return [];
    const deeds: Deed[] = [];
    if (flow !== null && luck.is(0.02)) deeds.push({ kind: 'cancel', orderId: about });
    if (luck.is(0.01)) deeds.push({ kind: 'kill', service: luck.oneOf(services), back: luck.is(0.8) ? luck.between(1, soon) : 'at rest' });
    return deeds;
  }

  function fate(): Fate {
    if (isCalm || luck.is(0.85)) return goes;
    if (luck.is(0.4)) return { kind: 'twice' };
    if (luck.is(0.7)) return { kind: 'late', by: luck.between(1, soon) };
    return luck.is(0.5) ? { kind: 'late', by: luck.between(soon, long) } : { kind: 'held', until: () => false };
  }

  function verdict({ operation, orderId }: { readonly operation: string; readonly orderId: string }): Verdict {
    if (isCalm) return decides;
    const decision = `${operation} ${orderId}`;
    if (luck.is(0.005)) broken.add(decision);
    return broken.has(decision) || luck.is(0.03) ? { kind: 'throws' } : decides;
  }

  return {
    meets,
    fate,
    verdict,
    outside: () => (isCalm || luck.is(0.7) ? null : luck.oneOf(badly)),
    rests() {
      isCalm = true;
    },
  };
}
