/** The gateway's rows: what it accepted, and under which Idempotency-Key, and of which cart. */
import { int, table, text, timestamp, uuid } from '@ensemble/engine';

export const tables = {
  accepted: table('accepted', ['orderId'], { orderId: uuid, customerId: text, flow: text, acceptedAt: timestamp }),
  requests: table('requests', ['customerId', 'idempotencyKey'], {
    customerId: text,
    idempotencyKey: text,
    fingerprint: text,
    orderId: uuid,
    requestedAt: timestamp,
  }),
  /** Up to which version each customer's cart was ordered. */
  checkouts: table('checkouts', ['customerId'], { customerId: text, version: int, orderId: uuid }),
};
