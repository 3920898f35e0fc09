/** What a payment provider or a carrier answers, and what they write of their own accord: their words, one shape for both. */
import { isOrderId } from '@ensemble/engine';
import { type Static, Type } from 'typebox';

const Reference = Type.String({ minLength: 1, maxLength: 64, pattern: '^[!-~]+$' });
/** No NUL and no half of a character: no store keeps them. */
const Reason = Type.String({ maxLength: 500, pattern: '^[^\\u0000\\uD800-\\uDFFF]*$' });

/** How a request under a key stands. */
export const Answer = Type.Object({
  status: Type.Union([Type.Literal('pending'), Type.Literal('succeeded'), Type.Literal('refused')]),
  /** Theirs, of what was done. */
  reference: Type.Optional(Reference),
  reason: Type.Optional(Reason),
});
export type Answer = Static<typeof Answer>;

/** Of their own accord: how a request ended; or `failed`: what had succeeded could not be carried out after all. */
export const Notice = Type.Object({
  key: Type.String({ maxLength: 200 }),
  status: Type.Union([Type.Literal('succeeded'), Type.Literal('refused'), Type.Literal('failed')]),
  reference: Type.Optional(Reference),
  reason: Type.Optional(Reason),
});
export type Notice = Static<typeof Notice>;

/** What a key is about; null: it is none of ours. */
export function keyed(key: string): { readonly orderId: string; readonly operation: string } | null {
  const [orderId = '', operation = '', ...more] = key.split('/');
  return isOrderId(orderId) && /^[a-z-]+\.[a-z-]+$/.test(operation) && more.length === 0 ? { orderId, operation } : null;
}
