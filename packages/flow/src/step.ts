/** Steps of an orchestrated flow, as its author writes them. Each method gives a new step. */
import { placementOf } from './added.ts';
import { type Duration, milliseconds } from './duration.ts';
import type { Message } from './message.ts';
import type { Row } from './model.ts';
import type { Operation, Spec } from './operation.ts';
import { type Answers, type Feeds, type Says, spoken } from './row.ts';

export interface StepUndo {
  readonly does: Operation;
  readonly says: Message;
  /** By outcome; empty: nobody answers. */
  readonly replies: Row['says'];
}

/** What was written of a step. */
export interface StepData {
  readonly does: Operation;
  readonly says: Message;
  readonly replies: Row['says'];
  readonly undo: StepUndo | null;
  readonly pivot: boolean;
  readonly within: number | null;
  readonly attempts: number | null;
  readonly giveUp: number | null;
}

/** A step that a flow can use. */
export interface Step {
  readonly data: StepData;
  readonly is: 'a step that changes nothing, or has an undo';
  /** How long until it is asked again, and how often before its outcome counts as unknown. */
  within(time: Duration, options?: { readonly attempts?: number }): Step;
  /** How long its undo is asked until a person is needed. */
  giveUpAfter(time: Duration): Step;
}

/** A step that changes something: a flow takes it only once it has its undo. */
export interface StepWithoutUndo {
  readonly data: StepData;
  readonly is: 'a step that changes something and has no undo: give it .undo(operation, Command, Reply)';
  /** The operation that takes it back, its command, and its reply: one for every outcome, or one each; none: nobody answers. */
  undo<const U extends Operation<Spec, 'undo'>>(does: U, says: Message, reply?: Message | Answers<U>): Step;
  within(time: Duration, options?: { readonly attempts?: number }): StepWithoutUndo;
  giveUpAfter(time: Duration): StepWithoutUndo;
}

type StepOf<O> = O extends Operation<Spec, 'do'> ? StepWithoutUndo : Step;

/** Steps that are asked at once, and joined. */
export interface Together {
  readonly together: readonly Step[];
}

const isMessage = (reply: Message | Readonly<Record<string, Message>>): reply is Message =>
  'topic' in reply && typeof reply.topic === 'string';

function replies(does: Operation, reply: Message | Readonly<Record<string, Message>> | undefined): Row['says'] {
  if (!reply) return {};
  if (!isMessage(reply)) return spoken(does, reply);
  return Object.fromEntries(Object.keys(does.spec.outcomes).map((outcome) => [outcome, reply]));
}

const build = <O>(data: StepData): StepOf<O> => {
  const built = {
    data,
    undo: (does: Operation, says: Message, reply?: Message | Readonly<Record<string, Message>>) =>
      build({ ...data, undo: { does, says, replies: replies(does, reply) } }),
    within: (time: Duration, options: { readonly attempts?: number } = {}) =>
      build({ ...data, within: milliseconds(time), attempts: options.attempts ?? data.attempts }),
    giveUpAfter: (time: Duration) => build({ ...data, giveUp: milliseconds(time) }),
  };
  return built as unknown as StepOf<O>;
};

const fresh = { undo: null, pivot: false, within: null, attempts: null, giveUp: null };

/** Asks a participant, and goes on with its answer. */
export const step = <const O extends Operation, const M extends Message>(does: O, says: M & Feeds<M, O>, answers: Answers<O>): StepOf<O> =>
  build<O>({ ...fresh, does, says, replies: spoken(does, answers) });

/** The last step that can refuse: once it has succeeded the order goes through. */
export const pivot = <const O extends Operation, const M extends Message>(does: O, says: M & Feeds<M, O>, answers: Answers<O>): StepOf<O> =>
  build<O>({ ...fresh, does, says, replies: spoken(does, answers), pivot: true });

/** Tells a participant, which does not answer. */
export const tell = <const O extends Operation, const M extends Message>(does: O, says: M & Feeds<M, O>): StepOf<O> =>
  build<O>({ ...fresh, does, says, replies: {} });

/** Asks all of them at once; one refusal undoes all that were asked. */
export const together = (...steps: readonly Step[]): Together => ({ together: steps });

/** A beginning that a participant takes: the client asks it, and its answer begins the flow. */
export interface Beginning {
  readonly data: StepData;
  readonly is: 'a beginning without undo: give it .undo(operation, Command, Reply)';
  giveUpAfter(time: Duration): Beginning;
  /** Takes the beginning back when the flow is cancelled. */
  undo<const U extends Operation<Spec, 'undo'>>(does: U, says: Message, reply?: Message | Answers<U>): BeginningWithUndo;
}

export interface BeginningWithUndo {
  readonly data: StepData;
  readonly is: 'a beginning that has an undo';
  giveUpAfter(time: Duration): BeginningWithUndo;
}

/**
 * The flow begins at a participant, asked by the gateway with `asked`, an added message: `placement()` of what the operation
 * needs and uses, unless another is given.
 */
export const at = <const O extends Operation<Spec, 'do'>>(does: O, says: Says<O>, asked: Message = placementOf(does)): Beginning =>
  build<Operation>({ ...fresh, does, says: asked, replies: spoken(does, says) }) as unknown as Beginning;
