/** The gateway's rows: what it accepted, and under which Idempotency-Key. */
import { table, text, timestamp, uuid } from '@ensemble/engine';

export const tables = {
  accepted: table('accepted', ['orderId'], { orderId: uuid, customerId: text, flow: text, acceptedAt: timestamp }),
  requests: table('requests', ['customerId', 'idempotencyKey'], {
    customerId: text,
    idempotencyKey: text,
    fingerprint: text,
    orderId: uuid,
    requestedAt: timestamp,
  }),
};
