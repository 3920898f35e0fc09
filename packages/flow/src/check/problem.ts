import type { ErrorCode } from '@ensemble/errors';
import type { Row } from '../model.ts';

/** Why a flow is refused: where, and what to do about it, in words for the flow's author. */
export interface Problem {
  readonly code: Extract<ErrorCode, `FLOW_${string}`>;
  /** The row, step or message. */
  readonly at: string;
  readonly reason: string;
}

export const problem = (code: Problem['code'], at: string, reason: string): Problem => ({ code, at, reason });

/** A row by its trigger and operation: `ProcessPayment → payment.charge`. */
export function nameOf({ on, does }: Row): string {
  const trigger = on.kind === 'message' ? on.message.key : on.kind === 'deadline' ? `deadline of ${on.after} ms` : 'later';
  return `${trigger} → ${does.name}`;
}

export const list = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

export const once = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((one, index) => problems.findIndex((other) => other.at === one.at && other.reason === one.reason) === index);
