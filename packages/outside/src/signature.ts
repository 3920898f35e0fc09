/** What comes from outside of its own accord is signed with a secret that both sides know. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'x-signature';

/** Of the body as it is on the wire, byte for byte. */
export const signed = (secret: string, body: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export function isSigned(secret: string, body: string, given: unknown): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(signed(secret, body)), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
