import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from './result.ts';

export interface Settling {
  /** Milliseconds from the first look on, after which what is found is the truth. */
  readonly most: number;
  /** Milliseconds from one look to the next. */
  readonly between: number;
  readonly signal: AbortSignal;
}

/**
 * What the last look finds: the first that finds nothing, or the one after `most`. An order may have ended, its history may say so, and
 * who listens too (a monitor, an outbox's cleaner) may still be on the way.
 */
export async function auditing(
  look: () => Promise<readonly string[]>,
  { most, between, signal }: Settling,
): Promise<NonNullable<Result['audit']>> {
  for (const began = performance.now(); ; await sleep(between, undefined, { signal })) {
    const looking = performance.now();
    const findings = await look();
    const now = performance.now();
    if (findings.length === 0 || now - began >= most) return { findings, seconds: (now - looking) / 1_000 };
  }
}
