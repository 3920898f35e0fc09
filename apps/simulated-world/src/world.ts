/**
 * A payment provider and a carrier that exist in memory alone, and behave as told: quickly, slowly, badly. What they did they keep by
 * key, as real ones do: asked again, it is the same charge. They forget it all with the process.
 */
import type { Clock } from '@ensemble/engine';
import type { Answer, Notice } from '@ensemble/outside';
import { type Asked, type Done, newBooks } from './books.ts';

/**
 * slow: answers after three seconds · flaky: fails, then does it and breaks off, then answers · down: fails · lost: does it and breaks
 * off · silent: never answers, and does nothing · later: takes it, and writes a second later how it ended · twice: answers, and writes
 * it too · early: writes how it ended, and answers a second later · refusing: does not want to
 */
export const behaviours = ['quick', 'slow', 'flaky', 'down', 'lost', 'silent', 'later', 'twice', 'early', 'refusing'] as const;
export type Behaviour = (typeof behaviours)[number];

/** Who plays whom: each has its folders of requests. */
export const parts = { payments: ['charges', 'refunds'], carrier: ['parcels', 'cancellations'] } as const;
export type Part = keyof typeof parts;

/** What the one who asks sees of it. `answer` null: there is no such request. */
export type Reaction =
  | { readonly kind: 'answers'; readonly answer: Answer | null }
  | { readonly kind: 'fails' }
  | { readonly kind: 'breaks off' }
  | { readonly kind: 'is silent' };

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
  /** Asked at each request, whatever they were told; null: as they were told, or else by the card. */
  readonly chooses?: (asked: Asked) => Behaviour | null;
}

/** Milliseconds. */
const slowly = 3_000;
const later = 1_000;
/** Milliseconds before it is written again, twice as many each time. */
const firstPause = 500;
const mostLetters = 8;

export const partOf = (folder: string): Part | undefined =>
  (Object.keys(parts) as Part[]).find((part) => (parts[part] as readonly string[]).includes(folder));

export function simulatedWorld({ clock, tell, chooses = () => null }: WorldSetting): World {
  const told = new Map<Part, Behaviour>();
  const books = newBooks();
  const pending = new Set<string>();
  const passes = (milliseconds: number): Promise<void> => new Promise((resolve) => void clock.after(milliseconds, resolve));

  function letter(part: Part, notice: Notice, letters = 1): void {
    tell(part, notice).catch(() => {
      if (letters < mostLetters) clock.after(firstPause * 2 ** (letters - 1), () => letter(part, notice, letters + 1));
    });
  }

  function behaviourFor(asked: Asked): Behaviour {
    const { folder, key, request } = asked;
    const part = partOf(folder);
    const charge = books.find('charges', key.replace(/\.refund$/, '.charge'))?.request;
    return chooses(asked) ?? (part && told.get(part)) ?? byCard(request?.['card'] ?? charge?.['card']) ?? 'quick';
  }

  function performLater(part: Part, asked: Asked): Answer {
    const { folder, key } = asked;
    const before = books.find(folder, key);
    if (before) return before.answer;
    if (!pending.has(key)) {
      pending.add(key);
      clock.after(later, () => {
        pending.delete(key);
        letter(part, { key, ...books.perform(asked) });
      });
    }
    return { status: 'pending' };
  }

  async function asks(part: Part, asked: Asked): Promise<Reaction> {
    const nth = books.times(asked);
    const behaviour = behaviourFor(asked);
    const away = awayAs(behaviour === 'flaky' && nth === 1 ? 'down' : behaviour);
    if (away) return away;
    if (behaviour === 'later') return answers(performLater(part, asked));
    const answer = books.perform(asked, behaviour === 'refusing');
    if (behaviour === 'slow') await passes(slowly);
    if (behaviour === 'lost' || (behaviour === 'flaky' && nth === 2)) return { kind: 'breaks off' };
    if (behaviour === 'twice' || behaviour === 'early') letter(part, { key: asked.key, ...answer });
    if (behaviour === 'early') await passes(later);
    return answers(answer);
  }

  function finds(asked: Asked): Reaction {
    const { folder, key } = asked;
    return awayAs(behaviourFor(asked)) ?? answers(books.find(folder, key)?.answer ?? (pending.has(key) ? { status: 'pending' } : null));
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
    giveUp(key, reason) {
      books.perform({ folder: 'failures', key, request: { reason } });
      letter('carrier', { key, status: 'failed', reason });
    },
    done: books.all,
  };
}

const awayAs = (behaviour: Behaviour | undefined): Reaction | null =>
  behaviour === 'silent' ? { kind: 'is silent' } : behaviour === 'down' ? { kind: 'fails' } : null;

const answers = (answer: Answer | null): Reaction => ({ kind: 'answers', answer });

/** `slow-card` is slow; any other card is as good as cash. */
function byCard(card: unknown): Behaviour | undefined {
  const named = typeof card === 'string' ? /^([a-z]+)-card$/.exec(card)?.[1] : undefined;
  return behaviours.find((behaviour) => behaviour === named);
}
