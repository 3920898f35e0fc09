import { EnsembleError } from '@ensemble/errors';

/** '250ms', '5s', '15m', '2h'. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** In milliseconds. Errors: FLOW_DURATION. */
export function milliseconds(duration: Duration): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration);
  const length = found ? Number(found[1]) * units[found[2] as keyof typeof units] : 0;
  if (length > 0) return Math.round(length);
  throw new EnsembleError(
    'FLOW_DURATION',
    `"${duration}" is not a duration: write a number above zero and a unit, such as '250ms', '5s', '15m' or '2h'.`,
  );
}
