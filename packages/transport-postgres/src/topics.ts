import { EnsembleError } from '@ensemble/errors';
import type { Link } from './link.ts';

export interface Topic {
  readonly name: string;
  readonly partitions: number;
}

const create = {
  name: 'topics-create',
  text: `insert into topics (name, partitions, begins_at)
    select name, $2, (select position + 1 from head) from unnest($1::text[]) name on conflict do nothing`,
};
const read = { name: 'topics-read', text: 'select name, partitions from topics' };

/** The topics that there are. A topic never changes, so that what is known needs no second look. */
export class Topics {
  readonly #link: Link;
  readonly #known = new Map<string, Topic>();
  #reading: Promise<void> | undefined;

  constructor(link: Link) {
    this.#link = link;
  }

  /** Errors: TOPIC_MISMATCH, TRANSPORT_UNAVAILABLE. */
  async prepare(names: readonly string[], partitions: number): Promise<void> {
    await this.#link.query(create, [[...new Set(names)].toSorted(), partitions]);
    await this.#read();
    for (const topic of names) {
      const found = this.#known.get(topic)?.partitions;
      if (found === partitions) continue;
      throw new EnsembleError('TOPIC_MISMATCH', `Topic ${topic} has ${found} partitions, not ${partitions}.`, { topic, found, partitions });
    }
  }

  known(name: string): Topic | undefined {
    return this.#known.get(name);
  }

  /** Whether nothing has to be looked up. Who comes while something is looked up waits too: calls keep their order. */
  knows(messages: readonly { readonly topic: string }[]): boolean {
    return this.#reading === undefined && messages.every(({ topic }) => this.#known.has(topic));
  }

  /** Looks once more for those that are not known. Errors: TOPIC_MISSING, TRANSPORT_UNAVAILABLE. */
  async find(names: readonly string[]): Promise<void> {
    const missing = (): string | undefined => names.find((name) => !this.#known.has(name));
    if (this.#reading === undefined && missing() === undefined) return;
    await (this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    }));
    const topic = missing();
    if (topic !== undefined) throw new EnsembleError('TOPIC_MISSING', `Topic ${topic} does not exist.`, { topic });
  }

  async #read(): Promise<void> {
    for (const [name = '', partitions] of (await this.#link.query(read)) as readonly (readonly string[])[]) {
      this.#known.set(name, { name, partitions: Number(partitions) });
    }
  }
}
