/** The outside world of this system: whom its services ask there, and what comes from there of its own accord. */
import { type Clock, type Ports, type Service, type Store, unasked } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import type { Notice, Remote } from '@ensemble/outside';
import { paymentNotice, paymentPorts, paymentProvider } from '@ensemble/payment/provider';
import { shipment } from '@ensemble/shipment';
import { carrier, carrierNotice, carrierPorts } from '@ensemble/shipment/carrier';
import { tables as shipmentTables } from '@ensemble/shipment/tables';
import { inProcess, type Part, simulatedWorld, type World } from '@ensemble/simulated-world';

/** Who may write to us, in words for a person, and whose service that is. */
export const writers = {
  payments: { who: 'the payment provider', service: 'payment' },
  carrier: { who: 'the carrier', service: 'shipment' },
} as const;
export type Writer = keyof typeof writers;
export const isWriter = (name: string): name is Writer => Object.hasOwn(writers, name);

/** What each signs its notices with: with its own it cannot speak for the other. null: none of its notices is taken. */
export type Secrets = Readonly<Record<Writer, string | null>>;

export const portsAt = (remote: Remote): Ports => ({ ...paymentPorts(paymentProvider(remote)), ...carrierPorts(carrier(remote)) });

interface Inside {
  readonly flows: readonly Flow[];
  readonly services: ReadonlyMap<string, Pick<Service, 'hear' | 'perform'>>;
  readonly stores: ReadonlyMap<string, Pick<Store, 'select'>>;
}

/**
 * Resolves when what they wrote has been taken in for good; written again it changes nothing. Errors: NOTICE_UNFIT, SERVICE_ELSEWHERE,
 * OPERATION_EARLY, SERVICE_STOPPED, STORE_UNAVAILABLE.
 */
export async function take(system: Inside, writer: Writer, notice: Notice): Promise<void> {
  const { service: name } = writers[writer];
  const service = system.services.get(name);
  if (!service) throw new EnsembleError('SERVICE_ELSEWHERE', `${name} does not run in this process.`, { writer });
  const told = writer === 'payments' ? paymentNotice(notice) : carrierNotice(notice);
  if (!told) throw new EnsembleError('NOTICE_UNFIT', `There is nothing here that ${notice.key} could mean, ${notice.status}.`);
  if ('word' in told) return service.hear(told);
  const { orderId, operation, facts, otherwise } = told;
  const flow = await flowOf(system, orderId);
  const isSaid = flow.rows.some(({ on, does }) => on.kind === 'later' && does.name === operation);
  await (isSaid ? service.perform(unasked(shipment, flow, operation, orderId, facts)) : service.hear(otherwise));
}

/** An order that shipment has not heard of is nobody's flow: the notice came early, or is about nothing. */
async function flowOf({ stores, flows }: Inside, orderId: string) {
  const [record] = (await stores.get(shipment.name)?.select(shipmentTables.record, { where: [['orderId', '=', orderId]] })) ?? [];
  const flow = flows.find(({ name }) => name === record?.['flow']);
  if (flow) return flow;
  throw new EnsembleError('OPERATION_EARLY', `Nothing was asked of the carrier for order ${orderId}.`, { orderId });
}

export interface Simulated {
  readonly ports: Ports;
  readonly world: World;
  /** From now on it writes to this system; before, what it writes is lost, and written again. */
  writesTo(system: Inside): void;
}

type Chooses = NonNullable<Parameters<typeof simulatedWorld>[0]['chooses']>;

/** The simulated world without HTTP, on the given clock. `chooses`: how each request is met, where it says so. */
export function simulatedOutside(clock: Clock, chooses: Chooses = () => null): Simulated {
  let system: Inside | undefined;
  const world = simulatedWorld({
    clock,
    chooses,
    async tell(part: Part, notice) {
      if (!system) throw new EnsembleError('STARTING', 'The system is starting.');
      await take(system, part, notice);
    },
  });
  return { ports: portsAt(inProcess(world)), world, writesTo: (one) => void (system = one) };
}
