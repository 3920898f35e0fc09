/** What the outside world has in its own books, beside what became of the orders: no charge kept and no parcel sent for nothing. */
import type { Done } from '@ensemble/simulated-world';

/** Says what does not agree. `ended`: how each order did. */
export function disagreements(done: readonly Done[], ended: ReadonlyMap<string, string>): readonly string[] {
  const times = new Map<string, number>();
  for (const { folder, key, answer } of done) {
    const of = `${folder} ${key.split('/')[0]}`;
    if (answer.status === 'succeeded') times.set(of, (times.get(of) ?? 0) + 1);
  }
  const findings: string[] = [];
  for (const [orderId, end] of ended) {
    const [charges = 0, refunds = 0, parcels = 0, cancellations = 0, failures = 0] = [
      'charges',
      'refunds',
      'parcels',
      'cancellations',
      'failures',
    ].map((folder) => times.get(`${folder} ${orderId}`) ?? 0);
    const most = end === 'CANCELLED' ? 0 : 1;
    if (charges > 1 || charges - refunds > most)
      findings.push(`order ${orderId} is ${end}: ${charges} charges, ${refunds} refunds outside`);
    if (parcels > 1 || parcels - Math.max(cancellations, failures) > most)
      findings.push(`order ${orderId} is ${end}: ${parcels} parcels, ${cancellations} called off`);
  }
  return findings;
}
