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

/** Who may write to us, and whose service that is. */
const servicesOf = { payments: 'payment', carrier: 'shipment' } as const;
export type Writer = keyof typeof servicesOf;
export const isWriter = (name: string): name is Writer => Object.hasOwn(servicesOf, name);

export const portsAt = (remote: Remote): Ports => ({ ...paymentPorts(paymentProvider(remote)), ...carrierPorts(carrier(remote)) });

interface Inside {
  readonly flows: readonly Flow[];
  readonly services: ReadonlyMap<string, Pick<Service, 'hear' | 'perform'>>;
  readonly stores: ReadonlyMap<string, Pick<Store, 'select'>>;
}

/**
 * Resolves when what they wrote has been taken in for good; written again it changes nothing. Errors: NOTICE_UNFIT, SERVICE_ELSEWHERE,
 * OPERATION_EARLY, OPERATION_NOT_UNASKED, SERVICE_STOPPED, STORE_UNAVAILABLE.
 */
export async function take(system: Inside, writer: Writer, notice: Notice): Promise<void> {
  const service = system.services.get(servicesOf[writer]);
  if (!service) throw new EnsembleError('SERVICE_ELSEWHERE', `${servicesOf[writer]} does not run in this process.`, { writer });
  const told = writer === 'payments' ? paymentNotice(notice) : carrierNotice(notice);
  if (!told) throw new EnsembleError('NOTICE_UNFIT', `There is nothing here that ${notice.key} could mean, ${notice.status}.`);
  if ('word' in told) return service.hear(told);
  const { orderId, operation, facts } = told;
  await service.perform(unasked(shipment, await flowOf(system, orderId), operation, orderId, facts));
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
