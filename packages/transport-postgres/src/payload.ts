import { squeezed, unsqueezed } from '@ensemble/engine/squeeze';
import type { Outgoing } from '@ensemble/engine/transport';
import { type Entry, type Item, offsetOf } from './entry.ts';

type Headers = Readonly<Record<string, string>>;
/** A negative length: the value stands there as JSON, because the database's text cannot hold it. */
type Head = readonly [topic: string, partition: number, key: string, length: number, headers?: Headers];

/**
 * Many messages as one text: a line of JSON that describes them, then their values as they are. A value is most of a message, and JSON
 * itself: escaping it once more would cost more than all the rest.
 */
export class Payload {
  #heads = '';
  #values = '';

  add({ topic, key, value, headers }: Outgoing, partition: number): void {
    const plain = value.isWellFormed() && !value.includes('\0');
    const stored = plain ? value : JSON.stringify(value);
    const more = headers === undefined ? '' : `,${JSON.stringify(headers)}`;
    const length = plain ? stored.length : -stored.length;
    this.#heads += `${this.#heads === '' ? '[' : ','}[${JSON.stringify(topic)},${partition},${JSON.stringify(key)},${length}${more}]`;
    this.#values += stored;
  }

  toString(): string {
    return squeezed(`${this.#heads}]\n${this.#values}`);
  }
}

/** A slice keeps the whole it was cut from in memory; a message may wait long after the rest of its entry is gone. */
const copy = (slice: string): string => Buffer.from(slice).toString();

/** The entry that was packed. `timestamp`: milliseconds since 1970. */
export function unpack(position: number, text: string, timestamp: number): Entry {
  const payload = unsqueezed(text);
  const line = payload.indexOf('\n');
  const heads = JSON.parse(payload.slice(0, line)) as readonly Head[];
  let at = line + 1;
  let total = 0;
  const items = heads.map(([topic, partition, key, length, headers], place): Item => {
    const end = at + Math.abs(length);
    const stored = copy(payload.slice(at, end));
    at = end;
    const value = length < 0 ? (JSON.parse(stored) as string) : stored;
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(value);
    total += bytes;
    const delivery = { topic, partition, offset: offsetOf(position, place), key, value, timestamp };
    return { delivery: headers === undefined ? delivery : { ...delivery, headers }, bytes };
  });
  return { position, items, bytes: total };
}
