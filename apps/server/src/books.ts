/** What is in the books of those outside, beside ours: they took, gave back and drive just what payment and shipment say. */
import { calls } from '@ensemble/engine';
import { payment } from '@ensemble/payment';
import { charge, refund } from '@ensemble/payment/operations';
import { tables as paymentTables } from '@ensemble/payment/tables';
import { shipment } from '@ensemble/shipment';
import { cancel, schedule } from '@ensemble/shipment/operations';
import { tables as shipmentTables } from '@ensemble/shipment/tables';
import type { Done } from '@ensemble/simulated-world';
import { reader, type Reader, type Stores } from './rows.ts';

/** `done`: all that they ever did. Says what does not agree, by order; while a word is awaited they may be ahead of us. */
export async function disagreements(stores: Stores, done: readonly Done[]): Promise<readonly string[]> {
  const rows = reader(stores);
  const theirs = theirSums(done);
  const ours = [...(await ourPayments(rows)), ...(await ourParcels(rows))];
  const known = new Set(ours.map(({ orderId, what }) => `${what} ${orderId}`));
  const strange = [...theirs.keys()].filter((address) => !known.has(address)).map((address) => `nobody here knows of ${address}`);
  return [
    ...strange,
    ...ours.flatMap(({ orderId, what, sum, mayCome }) => {
      const found = theirs.get(`${what} ${orderId}`) ?? 0;
      return found === sum || (sum === 0 && found === mayCome) ? [] : [`${what} of order ${orderId}: ${sum} here, ${found} outside`];
    }),
  ];
}

/** One line of our books. Money in minor units; parcels are counted. */
interface Booked {
  readonly orderId: string;
  readonly what: string;
  readonly sum: number;
  /** What it may be out there already, since its word is awaited. */
  readonly mayCome: number;
}

/** By what, and order. */
function theirSums(done: readonly Done[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { folder, key, request, answer } of done) {
    if (answer.status !== 'succeeded') continue;
    const address = `${folder} ${key.split('/')[0]}`;
    const amount = request['amount'];
    sums.set(address, (sums.get(address) ?? 0) + (typeof amount === 'number' ? amount : 1));
  }
  return sums;
}

/** The operations of which a word is awaited, by order. */
async function awaited(rows: Reader, service: string): Promise<(operation: string, orderId: string) => boolean> {
  const open = new Set((await rows(service, calls)).map(({ operation, orderId }) => `${operation} ${orderId}`));
  return (operation, orderId) => open.has(`${operation} ${orderId}`);
}

/** What was paid from a balance is nobody else's business. */
async function ourPayments(rows: Reader): Promise<readonly Booked[]> {
  const isAwaited = await awaited(rows, payment.name);
  const ledger = await rows(payment.name, paymentTables.ledger);
  return (await rows(payment.name, paymentTables.record)).flatMap(({ orderId, customerId, paidFrom, amount }) => {
    if (paidFrom === null || paidFrom === customerId) return [];
    const line = (what: string, entry: string, operation: string): Booked => ({
      orderId,
      what,
      sum: ledger.reduce((sum, row) => sum + (row.orderId === orderId && row.entry === entry ? row.amount : 0), 0),
      mayCome: isAwaited(operation, orderId) ? (amount ?? 0) : 0,
    });
    return [line('charges', 'charge', charge.name), line('refunds', 'refund', refund.name)];
  });
}

async function ourParcels(rows: Reader): Promise<readonly Booked[]> {
  const isAwaited = await awaited(rows, shipment.name);
  return (await rows(shipment.name, shipmentTables.record)).flatMap(({ orderId, shipmentId, answers }) => {
    const line = (what: string, isSo: boolean, mayCome: boolean): Booked => ({
      orderId,
      what,
      sum: Number(isSo),
      mayCome: Number(mayCome),
    });
    const isGivenUp = answers['fail'] !== undefined;
    const isCancelled = answers['cancel']?.outcome === 'cancelled';
    const [comes, goes] = [isAwaited(schedule.name, orderId), isAwaited(cancel.name, orderId)];
    return [
      line('parcels', shipmentId !== null, comes),
      line('cancellations', isCancelled && !isGivenUp, goes),
      // One that they gave up has failed here or was called off; that it failed may also be the word of a person here.
      line('failures', false, isGivenUp || isCancelled || comes || goes),
    ];
  });
}
