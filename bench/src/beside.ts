/** Another program, run in turn with ours: machines differ by the hour, a ratio of the same minutes does not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BesideResult } from './result.ts';

/** @param ours orders a second of the run before it */
export async function beside(command: string, ours: number): Promise<BesideResult> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) if (line.trim() !== '') last = line.trim();
  const [code, signal] = await closed;
  const line = code === 0 ? last : `it ended with ${code ?? signal}${last === '' ? '' : `: ${last}`}`;
  const theirs = code === 0 ? ordersPerSecond(line) : null;
  return { line, ordersPerSecond: theirs, ratio: theirs === null ? null : ours / theirs };
}

/** Of a line that says `4,321.5 orders/s`; null: it says no such thing. */
export function ordersPerSecond(line: string): number | null {
  const found = /(\d[\d,]*(?:\.\d+)?) orders\/s/.exec(line)?.[1];
  const number = Number(found?.replaceAll(',', ''));
  return found === undefined || number === 0 ? null : number;
}
