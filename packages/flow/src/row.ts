/** Rows as a flow's author writes them: who reads which message, which operation it runs, and which message each outcome says. */
import { type Duration, milliseconds } from './duration.ts';
import type { Message } from './message.ts';
import type { Row, Trigger } from './model.ts';
import type { NeedsOf, Operation, OutcomesOf } from './operation.ts';

/** Several messages that lead to the same; it carries the facts that all of them carry. */
export interface AnyOf<C extends string = string> {
  readonly anyOf: readonly Message[];
  /** Never set: carries the facts' names for the compiler. */
  readonly carries?: C;
}

/** The participant's own clock. */
export interface Deadline {
  readonly after: number;
  readonly giveUp: number;
}

type CarriedBy<M> = M extends { readonly carries?: infer C extends string } ? C : never;
type Common<M> = keyof (M extends Message ? Record<CarriedBy<M>, 1> : never) & string;

export const anyOf = <const M extends readonly Message[]>(...messages: M): AnyOf<Common<M[number]>> => ({ anyOf: messages });

/**
 * So long after the participant's record was made, unless the order has ended. That it is taken back is then said again until all of it
 * is settled; a person is needed when that takes longer than `giveUpAfter`.
 */
export const deadline = (after: Duration, { giveUpAfter = '15m' }: { readonly giveUpAfter?: Duration } = {}): Deadline => ({
  after: milliseconds(after),
  giveUp: milliseconds(giveUpAfter),
});

/** For an outcome that changes something here and tells nobody. */
export const silent = 'silent';

type Lacks<M, O> = Exclude<keyof NeedsOf<O>, CarriedBy<M> | 'orderId'>;
/** The message must carry what the operation needs; if it does not, the compiler says which facts are missing. */
export type Feeds<M, O> = [Lacks<M, O>] extends [never] ? unknown : { readonly 'does not carry what the operation needs': Lacks<M, O> };

/** By outcome; an undo that found nothing to do says what it says otherwise, unless that is written too. */
type ByOutcome<O, V> = { readonly [K in Exclude<keyof OutcomesOf<O>, 'nothing'>]: V } & {
  readonly [K in keyof OutcomesOf<O> & 'nothing']?: V;
};
/** A message for each outcome. */
export type Answers<O> = ByOutcome<O, Message>;
/** A message, or silence, for each outcome. */
export type Says<O> = ByOutcome<O, Message | typeof silent>;
type CanRefuse<O> = true extends OutcomesOf<O>[keyof OutcomesOf<O>]['refuses'] ? true : false;
/** What cannot refuse need not say anything. */
type Spoken<O> = CanRefuse<O> extends true ? [says: Says<O>] : [says?: Says<O>];

const isAnyOf = (on: Message | AnyOf | Deadline): on is AnyOf => 'anyOf' in on;

function triggers(on: Message | AnyOf | Deadline): readonly Trigger[] {
  if (isAnyOf(on)) return on.anyOf.map((message) => ({ kind: 'message', message }));
  return 'after' in on ? [{ kind: 'deadline', after: on.after, giveUp: on.giveUp }] : [{ kind: 'message', message: on }];
}

type Spelled = Readonly<Record<string, Message | typeof silent>>;

export function spoken({ kind, spec }: Operation, says: Spelled): Row['says'] {
  const [outcome = ''] = Object.keys(spec.outcomes);
  const otherwise = kind === 'undo' ? (says['nothing'] ?? says[outcome]) : undefined;
  const all = otherwise ? { ...says, nothing: otherwise } : says;
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Message] => entry[1] !== silent));
}

/** Whoever reads this message runs this operation, and says for each outcome what is named. */
export const on = <const M extends Message | AnyOf | Deadline, const O extends Operation>(
  trigger: M & Feeds<M, O>,
  does: O,
  ...[says]: Spoken<O>
): readonly Row[] => triggers(trigger).map((on) => ({ reader: does.participant, on, does, says: spoken(does, (says ?? {}) as Spelled) }));

/** The participant speaks unasked: a carrier gives up, a provider writes, an operator decides. */
export const later = <const O extends Operation>(does: O, says: Says<O>): readonly Row[] => [
  { reader: does.participant, on: { kind: 'later' }, does, says: spoken(does, says) },
];
