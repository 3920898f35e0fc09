/** What was made of the latest texts; older ones are forgotten, half at a time. */
export class Recent<V> {
  readonly #room: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #length = 0;

  /** `room`: the sum of the texts' lengths that it keeps at the most. */
  constructor(room: number) {
    this.#room = room;
  }

  get(text: string): V | undefined {
    return this.#young.get(text) ?? this.#old.get(text);
  }

  set(text: string, value: V): void {
    this.#length += text.length;
    if (2 * this.#length > this.#room) {
      [this.#old, this.#young] = [this.#young, new Map<string, V>()];
      this.#length = text.length;
    }
    this.#young.set(text, value);
  }
}
