/** What decides, at each point where something can go wrong, whether it does: a script for one failure, or chance with a seed. */
import type { Behaviour } from '@ensemble/simulated-world';

/** A message on its way from a service to the log. */
export interface Spoken {
  readonly id: string;
  /** The order; of news what they are about. */
  readonly about: string;
  /** null: it is no flow's. */
  readonly flow: string | null;
  /** As its flow knows it. */
  readonly key: string;
  /** The service that says it. */
  readonly by: string;
  /** How often it was said before. */
  readonly before: number;
}

/** What the network makes of a message. The service that says it is told at once that the log holds it. */
export type Fate =
  | { readonly kind: 'goes' }
  | { readonly kind: 'twice' }
  | { readonly kind: 'lost' }
  /** So many milliseconds. */
  | { readonly kind: 'late'; readonly by: number }
  /** Until the driver says so, or until the world is at rest without it. */
  | { readonly kind: 'held'; readonly until: (said: Spoken) => boolean };

/** What happens beside a message, at the moment it is said. */
export type Deed =
  | { readonly kind: 'cancel'; readonly orderId: string }
  /** Its process is killed; another is started after so many milliseconds, or once the world is at rest without it. */
  | { readonly kind: 'kill'; readonly service: string; readonly back: number | 'at rest' };

/** An operation that is about to be decided. */
export interface Call {
  /** Its full name. */
  readonly operation: string;
  readonly orderId: string;
}

export type Verdict =
  | { readonly kind: 'decides' }
  | { readonly kind: 'throws' }
  /** With the refusing outcome, whatever the rows say. */
  | { readonly kind: 'refuses'; readonly outcome: string };

/** A payment provider or a carrier is asked: for an operation, or what became of it. */
export interface Request extends Call {
  /** How often before, of this order and operation. */
  readonly before: number;
}

export interface Driver {
  /** Asked once a message and saying, before its fate. */
  meets(message: Spoken): readonly Deed[];
  fate(message: Spoken): Fate;
  /** Asked each time a record has no answer yet. */
  verdict(call: Call): Verdict;
  /** How whoever is asked outside takes it; null: as they were told to, or well. */
  outside(request: Request): Behaviour | null;
}

export const goes: Fate = { kind: 'goes' };
export const decides: Verdict = { kind: 'decides' };

/** The first; where it lets things go their way, the second. */
export const both = (first: Driver, second: Driver): Driver => ({
  meets: (spoken) => [...first.meets(spoken), ...second.meets(spoken)],
  fate(spoken) {
    const fate = first.fate(spoken);
    return fate.kind === 'goes' ? second.fate(spoken) : fate;
  },
  verdict(call) {
    const verdict = first.verdict(call);
    return verdict.kind === 'decides' ? second.verdict(call) : verdict;
  },
  outside: (request) => first.outside(request) ?? second.outside(request),
});

/** Each order has its own. */
export function byOrder(drivers: ReadonlyMap<string, Driver>): Driver {
  const of = (orderId: string): Driver => drivers.get(orderId) ?? calm;
  return {
    meets: (spoken) => of(spoken.about).meets(spoken),
    fate: (spoken) => of(spoken.about).fate(spoken),
    verdict: (call) => of(call.orderId).verdict(call),
    outside: (request) => of(request.orderId).outside(request),
  };
}

/** Nothing goes wrong. */
export const calm: Driver = { meets: () => [], fate: () => goes, verdict: () => decides, outside: () => null };
