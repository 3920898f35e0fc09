import { EnsembleError } from '@ensemble/errors';

/** What every store takes for a value of a type, as the text that travels; undefined for what it does not. */

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** In lower case. */
export const uuidText = (value: unknown): string | undefined =>
  typeof value !== 'string' ? undefined : uuidPattern.test(value) ? value : sameLowercase(value);

function sameLowercase(value: string): string | undefined {
  const lower = value.toLowerCase();
  return uuidPattern.test(lower) ? lower : undefined;
}

/** PostgreSQL's text holds no NUL and no half of a surrogate pair: so no other's does. */
export const plainText = (value: unknown): string | undefined =>
  typeof value === 'string' && !value.includes('\0') && value.isWellFormed() ? value : undefined;

const whole = (value: unknown, least: number, most: number): string | undefined =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most ? String(value) : undefined;

export const bigintText = (value: unknown): string | undefined => whole(value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
export const intText = (value: unknown): string | undefined => whole(value, -2_147_483_648, 2_147_483_647);

/** Milliseconds since 1970, from the year 1 to 9999. */
export const timeText = (value: unknown): string | undefined => whole(value, -62_135_596_800_000, 253_402_300_799_999);

/** Undefined for undefined, whatever the type of JSON.stringify says. */
export const jsonText = (value: unknown): string | undefined => JSON.stringify(value);

/** A bigint of the database. Errors: STORE_VIOLATION, constraint `type`. */
export function safeInteger(cell: string | number): number {
  const value = Number(cell);
  if (!Number.isSafeInteger(value))
    throw new EnsembleError('STORE_VIOLATION', 'A bigint of the database is not a safe integer.', { constraint: 'type' });
  return value;
}
