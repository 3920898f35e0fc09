/** Figures as a person reads them. */
import type { Processors } from './processes.ts';

export const whole = (number: number): string => Math.round(number).toLocaleString('en-US');
export const part = (share: number): string => `${(share * 100).toFixed(1)}%`;
export const ratioWords = (ratio: number): string => ratio.toFixed(2);
export const one = (number: number | null): string => (number === null ? '-' : number.toFixed(1));
export const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
export const megabytes = (bytes: number): string => `${whole(bytes / 2 ** 20)} MiB`;

/** The first column to the left, numbers to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '));
}

/** None where this system does not tell. */
export const processorLines = (processors: Processors): string[] =>
  processors === null
    ? []
    : [`processors: ${part(processors.busy)} busy, ${part(processors.others)} with something else, ${part(processors.stolen)} stolen`];
