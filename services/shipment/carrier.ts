/** Who drives. Here over HTTP; whoever has another carrier writes these two ports for it. */
import type { Answered, Port, Ports } from '@ensemble/engine';
import { keyed, type Notice, portTo, type Remote } from '@ensemble/outside';
import { cancel, fail, schedule } from './operations.ts';

export interface Carrier {
  readonly schedule: Port<typeof schedule>;
  readonly cancel: Port<typeof cancel>;
}

export const carrier = (remote: Remote): Carrier => ({
  schedule: portTo<typeof schedule>(remote, 'parcels', scheduleEnded),
  cancel: portTo<typeof cancel>(remote, 'cancellations', cancelEnded),
});

export const carrierPorts = (ports: Carrier): Ports => ({ [schedule.name]: ports.schedule, [cancel.name]: ports.cancel });

type Ending = Pick<Notice, 'reference' | 'reason'> & { readonly status: string };

const scheduleEnded = ({ status, reference, reason = 'the carrier does not take the parcel' }: Ending) => {
  if (status === 'refused') return { says: 'failed', adds: { reason } } as const;
  return status === 'succeeded' && reference ? ({ says: 'scheduled', adds: { shipmentId: reference } } as const) : null;
};

const cancelEnded = ({ status }: Ending) => (status === 'succeeded' ? ({ says: 'cancelled' } as const) : null);

/** A parcel that was taken and could not be delivered. */
interface GivenUp {
  readonly orderId: string;
  readonly operation: string;
  readonly facts: { readonly reason?: string };
  /** What that is to an order whose flow has no row for it: another word on what was asked. */
  readonly otherwise: Answered;
}

/** What the carrier wrote of its own accord; null: it is none of shipment's. */
export function carrierNotice(notice: Notice): Answered | GivenUp | null {
  const about = keyed(notice.key);
  if (!about) return null;
  const { orderId, operation } = about;
  if (operation === schedule.name && notice.status === 'failed') {
    const { reason = 'the carrier could not deliver the parcel' } = notice;
    const facts = notice.reason === undefined ? {} : { reason };
    return { orderId, operation: fail.name, facts, otherwise: { ...about, word: { says: 'failed', adds: { reason } } } };
  }
  const word = operation === schedule.name ? scheduleEnded(notice) : operation === cancel.name ? cancelEnded(notice) : null;
  return word && { ...about, word };
}
