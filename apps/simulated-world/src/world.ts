/**
 * A payment provider and a carrier that exist in memory alone, and behave as told: quickly, slowly, badly. What they did they keep by
 * key, as real ones do: asked again, it is the same charge. They forget it all with the process.
 */
import type { Clock } from '@ensemble/engine';
import { type Answer, keyed, type Notice } from '@ensemble/outside';

/**
 * slow: answers after three seconds · flaky: fails, then does it and breaks off, then answers · down: fails · lost: does it and breaks
 * off · silent: never answers, and does nothing · later: takes it, and writes a second later how it ended · twice: answers, and writes
 * it too · refusing: does not want to
 */
export const behaviours = ['quick', 'slow', 'flaky', 'down', 'lost', 'silent', 'later', 'twice', 'refusing'] as const;
export type Behaviour = (typeof behaviours)[number];

/** Who plays whom: each has its folders of requests. */
export const parts = { payments: ['charges', 'refunds'], carrier: ['parcels', 'cancellations'] } as const;
export type Part = keyof typeof parts;

export interface Asked {
  readonly folder: string;
  readonly key: string;
  /** null: it is only asked what became of it. */
  readonly request: Readonly<Record<string, unknown>> | null;
}

/** What the one who asks sees of it. `answer` null: there is no such request. */
export type Reaction =
  | { readonly kind: 'answers'; readonly answer: Answer | null }
  | { readonly kind: 'fails' }
  | { readonly kind: 'breaks off' }
  | { readonly kind: 'is silent' };

export interface Done {
  readonly folder: string;
  readonly key: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly answer: Answer;
}

export interface World {
  react(asked: Asked): Promise<Reaction>;
  /** From now on, whatever the card says; null: by the card again. */
  behave(part: Part, behaviour: Behaviour | null): void;
  /** The carrier gives up on a parcel that it had taken. */
  giveUp(key: string, reason: string): void;
  /** What was done, the oldest first: the newest ten thousand. */
  done(): readonly Done[];
}

interface WorldSetting {
  readonly clock: Clock;
  /** Writes to whoever asked: again, for a while, where that fails. */
  readonly tell: (part: Part, notice: Notice) => Promise<void>;
}

/** Who forgets nothing grows for ever. */
const mostKept = 10_000;
/** Milliseconds. */
const slowly = 3_000;
const later = 1_000;
/** Milliseconds before it is written again, twice as many each time. */
const firstPause = 500;
const mostLetters = 8;

export const partOf = (folder: string): Part | undefined =>
  (Object.keys(parts) as Part[]).find((part) => (parts[part] as readonly string[]).includes(folder));

export function simulatedWorld({ clock, tell }: WorldSetting): World {
  const told = new Map<Part, Behaviour>();
  const done = new Map<string, Done>();
  const pending = new Set<string>();
  const requests = new Map<string, number>();
  const passes = (milliseconds: number): Promise<void> => new Promise((resolve) => void clock.after(milliseconds, resolve));

  function keep(address: string, one: Done): void {
    done.set(address, one);
    for (const oldest of done.keys()) {
      if (done.size <= mostKept) break;
      done.delete(oldest);
      requests.delete(oldest);
    }
  }

  function letter(part: Part, notice: Notice, letters = 1): void {
    tell(part, notice).catch(() => {
      if (letters < mostLetters) clock.after(firstPause * 2 ** (letters - 1), () => letter(part, notice, letters + 1));
    });
  }

  function behaviourFor({ folder, key, request }: Asked): Behaviour {
    const part = partOf(folder);
    const charge = done.get(addressOf('charges', key.replace(/\.refund$/, '.charge')))?.request;
    return (part && told.get(part)) ?? byCard((request ?? charge)?.['card'] ?? charge?.['card']) ?? 'quick';
  }

  function perform({ folder, key, request }: Asked, refuses = false): Answer {
    const address = addressOf(folder, key);
    const before = done.get(address);
    if (before) return before.answer;
    const reason = refuses ? refusals[folder] : undefined;
    const reference = `${folder.slice(0, -1)}-${keyed(key)?.orderId ?? key}`;
    const answer: Answer = reason ? { status: 'refused', reason } : { status: 'succeeded', reference };
    keep(address, { folder, key, request: request ?? {}, answer });
    return answer;
  }

  function performLater(part: Part, asked: Asked): Answer {
    const address = addressOf(asked.folder, asked.key);
    if (done.has(address)) return perform(asked);
    if (!pending.has(address)) {
      pending.add(address);
      clock.after(later, () => {
        pending.delete(address);
        letter(part, { key: asked.key, ...(perform(asked) as Ended) });
      });
    }
    return { status: 'pending' };
  }

  async function asks(part: Part, asked: Asked): Promise<Reaction> {
    const address = addressOf(asked.folder, asked.key);
    const nth = (requests.get(address) ?? 0) + 1;
    requests.set(address, nth);
    const behaviour = behaviourFor(asked);
    if (behaviour === 'silent') return { kind: 'is silent' };
    if (behaviour === 'down' || (behaviour === 'flaky' && nth === 1)) return { kind: 'fails' };
    if (behaviour === 'later') return answers(performLater(part, asked));
    const answer = perform(asked, behaviour === 'refusing');
    if (behaviour === 'slow') await passes(slowly);
    if (behaviour === 'lost' || (behaviour === 'flaky' && nth === 2)) return { kind: 'breaks off' };
    if (behaviour === 'twice') letter(part, { key: asked.key, ...(answer as Ended) });
    return answers(answer);
  }

  function finds(asked: Asked): Reaction {
    const behaviour = behaviourFor(asked);
    if (behaviour === 'silent') return { kind: 'is silent' };
    if (behaviour === 'down') return { kind: 'fails' };
    const address = addressOf(asked.folder, asked.key);
    return answers(done.get(address)?.answer ?? (pending.has(address) ? { status: 'pending' } : null));
  }

  return {
    async react(asked) {
      const part = partOf(asked.folder);
      if (!part) return answers(null);
      return asked.request === null ? finds(asked) : asks(part, asked);
    },
    behave(part, behaviour) {
      if (behaviour) told.set(part, behaviour);
      else told.delete(part);
    },
    giveUp: (key, reason) => letter('carrier', { key, status: 'failed', reason }),
    done: () => [...done.values()],
  };
}

/** An answer that is final. */
type Ended = Answer & { readonly status: 'succeeded' | 'refused' };

const addressOf = (folder: string, key: string): string => `${folder} ${key}`;
const answers = (answer: Answer | null): Reaction => ({ kind: 'answers', answer });

/** What can be refused at all: nobody refuses to give money back. */
const refusals: Readonly<Record<string, string>> = { charges: 'the bank declined the card', parcels: 'nobody drives there' };

/** `slow-card` is slow; any other card is as good as cash. */
function byCard(card: unknown): Behaviour | undefined {
  const named = typeof card === 'string' ? /^([a-z]+)-card$/.exec(card)?.[1] : undefined;
  return behaviours.find((behaviour) => behaviour === named);
}
