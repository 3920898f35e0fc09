import { type ErrorCode, type ErrorEntry, errorTable } from './table.ts';

export { type ErrorCode, type ErrorEntry, errorTable };

/** Every error Ensemble raises on purpose: a stable code from the table, and what happened, to which order. */
export class EnsembleError extends Error {
  override readonly name = 'EnsembleError';
  readonly code: ErrorCode;
  /** What a program may want to know: ids, names, limits. Never anything personal. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, happened: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(happened, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Tells an error of the table by its code. */
export function isError(error: unknown, ...codes: readonly ErrorCode[]): error is EnsembleError {
  return error instanceof EnsembleError && (codes.length === 0 || codes.includes(error.code));
}
