/** Order ids: UUIDv7, so that ids sort by the time they were made and indexes grow at one end. RFC 9562 §5.7. */
import { randomBytes } from 'node:crypto';

/** @param now milliseconds since 1970 */
export function newOrderId(now: number = Date.now(), random: (size: number) => Buffer = randomBytes): string {
  const bytes = random(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
