/** What the outside world has in its own books, beside what became of the orders: never two charges, never one kept for nothing. */
import type { Done } from '@ensemble/simulated-world';

/** Every disagreement, in words. `completed`: the orders that are; any other was taken back, or never came so far. */
export function booksOf(done: readonly Done[], completed: ReadonlySet<string>, card: (orderId: string) => boolean): readonly string[] {
  const did = (folder: string): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { folder: of, key, answer } of done) {
      const orderId = key.split('/')[0] ?? '';
      if (of === folder && answer.status === 'succeeded') counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
    }
    return counts;
  };
  const [charges, refunds, parcels, cancellations] = ['charges', 'refunds', 'parcels', 'cancellations'].map(did);
  const orders = new Set([...completed, ...done.map(({ key }) => key.split('/')[0] ?? '')]);
  return [...orders].flatMap((orderId) => {
    const [charged, refunded, sent, called] = [charges, refunds, parcels, cancellations].map((of) => of?.get(orderId) ?? 0) as [
      number,
      number,
      number,
      number,
    ];
    const goes = completed.has(orderId) ? 1 : 0;
    const pays = card(orderId) ? goes : 0;
    return [
      ...(charged > 1 || refunded > charged ? [`order ${orderId} was charged ${charged} times and refunded ${refunded}`] : []),
      ...(charged - refunded === pays
        ? []
        : [`order ${orderId} ${goes ? 'is completed' : 'came to nothing'}, and ${charged - refunded} charges are kept`]),
      ...(sent - called === goes
        ? []
        : [`order ${orderId} ${goes ? 'is completed' : 'came to nothing'}, and ${sent - called} parcels are on their way`]),
    ];
  });
}
