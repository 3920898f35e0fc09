/** What a participant can do, as values: what it needs, how it may end, what takes it back. How it decides is its domain.ts. */
import type { Static, TSchema } from 'typebox';
import type { OrderEnd } from './status.ts';

/** Facts by name, each with the schema of its value. */
export type Shape = Readonly<Record<string, TSchema>>;
export type FactsOf<S extends Shape> = { readonly [K in keyof S]: Static<S[K]> };

/** One way for an operation to end. A refusal changes nothing and needs no undo. */
export interface Outcome<A extends Shape = Shape> {
  readonly refuses: boolean;
  /** The facts this outcome adds to what is known about the order. */
  readonly adds: A;
}
interface Done<A extends Shape> extends Outcome<A> {
  readonly refuses: false;
}
interface Refused<A extends Shape> extends Outcome<A> {
  readonly refuses: true;
}

type None = Readonly<Record<never, TSchema>>;

export function done(): Done<None>;
export function done<const A extends Shape>(adds: A): Done<A>;
export function done(adds: Shape = {}): Done<Shape> {
  return { refuses: false, adds };
}

export function refused(): Refused<None>;
export function refused<const A extends Shape>(adds: A): Refused<A>;
export function refused(adds: Shape = {}): Refused<Shape> {
  return { refuses: true, adds };
}

/**
 * do: changes something, and has an undo · read: changes nothing · undo: takes its do back · then: goes on from a do that is
 * done (sell, complete) · after: goes on from an undo that is done (settle) · project: keeps a view of what others said.
 */
export type OperationKind = 'do' | 'read' | 'undo' | 'then' | 'after' | 'project';

export interface Spec {
  /** Facts it cannot work without, beside the order id that every message has. */
  readonly needs?: Shape;
  /** Facts it takes when they are there. */
  readonly uses?: Shape;
  /** Facts it stores with the order and can say again in any later message. */
  readonly keeps?: Shape;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** A do or an undo that may ask outside (a payment provider, a carrier): what the question says. How it ended is that one's word. */
  readonly asks?: Shape;
  /** A do that holds something (stock): on every path to COMPLETED one of its `then` operations that `settles` must run. */
  readonly holds?: boolean;
  /** A `then` that turns what its do holds into what stays (held stock into sold). */
  readonly settles?: boolean;
  /** A `then` that a participant says unasked (the carrier's word, an operator's), by `later`. */
  readonly unasked?: boolean;
  /** Choreographed: outcome → the state the order is in once it is said. */
  readonly ends?: Readonly<Record<string, OrderEnd>>;
}

export interface Operation<S extends Spec = Spec, K extends OperationKind = OperationKind> {
  /** `participant.verb`, unique. */
  readonly name: string;
  readonly participant: string;
  readonly verb: string;
  readonly kind: K;
  readonly spec: S;
  /** undo, then, after: the name of the do it belongs to. */
  readonly of?: string;
}

const make = <S extends Spec, K extends OperationKind>(kind: K, name: string, spec: S, of?: Operation): Operation<S, K> => {
  const [participant = '', verb = ''] = name.split('.');
  return { name, participant, verb, kind, spec, ...(of ? { of: of.of ?? of.name } : {}) };
};

export const does = <const S extends Spec>(name: string, spec: S) => make('do', name, spec);

export const reads = <const S extends Spec>(name: string, spec: S) => make('read', name, spec);

/** `nothing` is the engine's own outcome: there was nothing to undo. */
export type UndoOutcomes<O extends string> = { readonly [K in O | 'nothing']: Done<None> };

interface UndoSpec<O extends string, A extends Shape> extends Spec {
  readonly outcomes: UndoOutcomes<O>;
  readonly asks?: A;
}

/** Its outcome is the name of its success. With `asks` it may ask outside first. */
export const undoes = <const O extends string, const A extends Shape = None>(
  of: Operation<Spec, 'do'>,
  name: string,
  outcome: O,
  { asks }: { readonly asks?: A } = {},
) => make('undo', name, { outcomes: { [outcome]: done(), nothing: done() }, ...(asks ? { asks } : {}) } as UndoSpec<O, A>, of);

/** From a do that is done, or from an undo that is. */
export function goesOn<const S extends Spec>(of: Operation<Spec, 'do'>, name: string, spec: S): Operation<S, 'then'>;
export function goesOn<const S extends Spec>(of: Operation<Spec, 'undo'>, name: string, spec: S): Operation<S, 'after'>;
export function goesOn<const S extends Spec>(of: Operation<Spec, 'do' | 'undo'>, name: string, spec: S): Operation<S> {
  return make(of.kind === 'do' ? 'then' : 'after', name, spec, of);
}

export const projects = (name: string) => make('project', name, { outcomes: {} });

export type OutcomesOf<O> = O extends Operation<infer S> ? S['outcomes'] : never;
export type NeedsOf<O> = O extends Operation<infer S> ? (S['needs'] extends Shape ? S['needs'] : None) : never;
export type UsesOf<O> = O extends Operation<infer S> ? (S['uses'] extends Shape ? S['uses'] : None) : never;
export type AsksOf<O> = O extends Operation<infer S> ? (S extends { readonly asks?: infer A extends Shape } ? A : None) : never;
