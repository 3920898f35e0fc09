/** The outside world as a participant sees it: what it asks there, and the word that comes back. */
import { EnsembleError } from '@ensemble/errors';
import type { AsksOf, FactsOf, Operation } from '@ensemble/flow';
import { Type } from 'typebox';
import { Compile } from 'typebox/schema';
import type { WordOf } from '../participant.ts';

/** A final word, whatever operation it is about. */
export interface Word {
  /** An outcome of the operation. */
  readonly says: string;
  readonly adds?: Readonly<Record<string, unknown>> | undefined;
}

/** The word on what was asked. */
export interface Answered {
  readonly orderId: string;
  /** `payment.charge`. */
  readonly operation: string;
  readonly word: Word;
}

export interface Call<O = Operation> {
  /** The same however often it is asked: under one key it happens once. */
  readonly key: string;
  readonly orderId: string;
  readonly request: FactsOf<AsksOf<O>>;
}

/**
 * How one operation asks outside. A rejection, or silence for ten seconds, means that nobody knows what became of it: then it is first
 * asked what did, under the same key, and asked for again where it never came there.
 */
export interface Port<O = Operation> {
  /** 'pending': it was taken there, and the word comes by itself or can be found later. */
  ask(call: Call<O>, signal: AbortSignal): Promise<WordOf<O> | 'pending'>;
  /** 'unknown': it never came there. */
  find(call: Call<O>, signal: AbortSignal): Promise<WordOf<O> | 'pending' | 'unknown'>;
}

/** By operation: `payment.charge`. */
export type Ports = Readonly<Record<string, AnyPort>>;

export interface AnyPort {
  ask(call: never, signal: AbortSignal): Promise<Word | 'pending'>;
  find(call: never, signal: AbortSignal): Promise<Word | 'pending' | 'unknown'>;
}

export const keyOf = (orderId: string, operation: string): string => `${orderId}/${operation}`;

/** Compiled once an outcome: every word is checked. */
const validators = new WeakMap<object, ReturnType<typeof Compile>>();

function fits(outcome: Operation['spec']['outcomes'][string], adds: object): boolean {
  const known = validators.get(outcome);
  if (known) return known.Check(adds);
  const validator = Compile(Type.Object(outcome.adds));
  validators.set(outcome, validator);
  return validator.Check(adds);
}

/** Errors: WORD_MISFIT. */
export function checkWord({ name, kind, spec }: Operation, { says, adds = {} }: Word): void {
  const outcome = kind === 'undo' && says === 'nothing' ? undefined : spec.outcomes[says];
  if (!outcome) throw new EnsembleError('WORD_MISFIT', `${name} has no outcome ${says} that could come from outside`);
  if (!fits(outcome, adds)) throw new EnsembleError('WORD_MISFIT', `what ${says} of ${name} adds does not fit it`);
}
