/** Who takes cards. Here over HTTP; whoever has another provider writes these two ports for it. */
import type { Answered, Port, Ports } from '@ensemble/engine';
import { keyed, type Notice, portTo, type Remote } from '@ensemble/outside';
import { charge, refund } from './operations.ts';

export interface PaymentProvider {
  readonly charge: Port<typeof charge>;
  readonly refund: Port<typeof refund>;
}

export const paymentProvider = (remote: Remote): PaymentProvider => ({
  charge: portTo<typeof charge>(remote, 'charges', chargeEnded),
  refund: portTo<typeof refund>(remote, 'refunds', refundEnded),
});

export const paymentPorts = (provider: PaymentProvider): Ports => ({ [charge.name]: provider.charge, [refund.name]: provider.refund });

type Ending = Pick<Notice, 'reference' | 'reason'> & { readonly status: string };

const chargeEnded = ({ status, reference, reason = 'the card was declined' }: Ending) => {
  // One that failed afterwards is declined too: where that was not the first word, it contradicts it.
  if (status === 'refused' || status === 'failed') return { says: 'declined', adds: { reason } } as const;
  return status === 'succeeded' && reference ? ({ says: 'paid', adds: { paymentId: reference } } as const) : null;
};

const refundEnded = ({ status }: Ending) => (status === 'succeeded' ? ({ says: 'refunded' } as const) : null);

/** What the provider wrote of its own accord; null: it is none of payment's. */
export function paymentNotice(notice: Notice): Answered | null {
  const about = keyed(notice.key);
  const word = about?.operation === charge.name ? chargeEnded(notice) : about?.operation === refund.name ? refundEnded(notice) : null;
  return about && word && { ...about, word };
}
