/**
 * What was made of the latest texts; older ones are forgotten, half at a time. They are found by how they begin, and then compared: to
 * work out the hash of a whole message takes three times as long. Of two that begin alike the later is kept.
 */
export class Recent<V> {
  readonly #room: number;
  #young = new Map<string, Made<V>>();
  #old = new Map<string, Made<V>>();
  #length = 0;

  /** `room`: the sum of the texts' lengths that it keeps at the most. */
  constructor(room: number) {
    this.#room = room;
  }

  get(text: string): V | undefined {
    const head = text.slice(0, headLength);
    const made = this.#young.get(head) ?? this.#old.get(head);
    return made?.text === text ? made.value : undefined;
  }

  set(text: string, value: V): void {
    this.#length += text.length;
    if (2 * this.#length > this.#room) {
      [this.#old, this.#young] = [this.#young, new Map<string, Made<V>>()];
      this.#length = text.length;
    }
    this.#young.set(text.slice(0, headLength), { text, value });
  }
}

interface Made<V> {
  readonly text: string;
  readonly value: V;
}

/** In characters: as much of an envelope as holds its id. */
const headLength = 128;
