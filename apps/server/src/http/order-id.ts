/** Order ids: UUIDv7, so that ids sort by the time they were made and indexes grow at one end. RFC 9562 §5.7. */
import { randomUUID } from 'node:crypto';

/**
 * @param now milliseconds since 1970
 * @param chance a UUID of version 4: what comes behind its version is taken. Node draws those many at a time.
 */
export function newOrderId(now: number = Date.now(), chance: () => string = randomUUID): string {
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance().slice(15)}`;
}
