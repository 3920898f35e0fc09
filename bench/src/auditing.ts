import { setTimeout as sleep } from 'node:timers/promises';
import type { Patience } from './ends.ts';
import type { Result } from './result.ts';

/**
 * What the last look finds: the first that finds nothing, or the one after `most`. An order may have ended, its history may say so, and
 * who listens too (a monitor, an outbox's cleaner) may still be on the way.
 */
export async function auditing(
  look: () => Promise<readonly string[]>,
  { most, between }: Patience,
  signal: AbortSignal,
): Promise<NonNullable<Result['audit']>> {
  const began = performance.now();
  for (;;) {
    const looking = performance.now();
    const findings = await look();
    const now = performance.now();
    if (findings.length === 0 || now - began >= most) return { findings, seconds: (now - looking) / 1_000 };
    await sleep(between, undefined, { signal });
  }
}
