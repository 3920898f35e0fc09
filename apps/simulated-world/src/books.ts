/** What the simulated world did, by folder and key: asked again, it is the same. */
import { type Answer, keyed } from '@ensemble/outside';

export interface Asked {
  readonly folder: string;
  readonly key: string;
  /** null: it is only asked what became of it. */
  readonly request: Readonly<Record<string, unknown>> | null;
}

export interface Done {
  readonly folder: string;
  readonly key: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly answer: Ended;
}

/** An answer that is final. */
export type Ended = Answer & { readonly status: 'succeeded' | 'refused' };

export interface Books {
  find(folder: string, key: string): Done | undefined;
  /** Does it, unless it is done. */
  perform(asked: Asked, refuses?: boolean): Ended;
  /** How often this has been asked for, with this time. */
  times(asked: Asked): number;
  /** The oldest first. */
  all(): readonly Done[];
}

/** Who forgets nothing grows for ever. */
const mostKept = 10_000;

/** What can be refused at all: nobody refuses to give money back. */
const refusals: Readonly<Record<string, string>> = { charges: 'the bank declined the card', parcels: 'nobody drives there' };

const addressOf = (folder: string, key: string): string => `${folder} ${key}`;

export function newBooks(): Books {
  const done = new Map<string, Done>();
  const requests = new Map<string, number>();
  return {
    find: (folder, key) => done.get(addressOf(folder, key)),
    perform({ folder, key, request }, refuses = false) {
      const address = addressOf(folder, key);
      const before = done.get(address);
      if (before) return before.answer;
      const reason = refuses ? refusals[folder] : undefined;
      const reference = `${folder.slice(0, -1)}-${keyed(key)?.orderId ?? key}`;
      const answer: Ended = reason ? { status: 'refused', reason } : { status: 'succeeded', reference };
      done.set(address, { folder, key, request: request ?? {}, answer });
      forget(done, requests);
      return answer;
    },
    times({ folder, key }) {
      const address = addressOf(folder, key);
      const times = (requests.get(address) ?? 0) + 1;
      requests.set(address, times);
      return times;
    },
    all: () => [...done.values()],
  };
}

function forget(done: Map<string, Done>, requests: Map<string, number>): void {
  for (const oldest of done.keys()) {
    if (done.size <= mostKept) return;
    done.delete(oldest);
    requests.delete(oldest);
  }
}
