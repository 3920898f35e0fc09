/** What an order is to those who run it, and what a person has to look at. */
import {
  deskRoutes,
  due,
  type DueRow,
  endOf,
  parked,
  type ParkedRow,
  type Row,
  type SagaRow,
  sagas,
  statusOf,
  type Table,
} from '@ensemble/engine';
import type { Flow, OrderStatus } from '@ensemble/flow';
import type { World } from './world.ts';

export interface State {
  /** As people are told. */
  readonly status: OrderStatus;
  readonly flagged: boolean;
  /** The readers of its dead letters. */
  readonly dead: readonly string[];
}

export async function stateOf(world: World, flow: Flow, orderId: string): Promise<State> {
  const found = flow.coordinator === null ? await owned(world, orderId) : await coordinated(world, flow.coordinator, orderId);
  const letters = await Promise.all([...world.stores].map(([service]) => rowsOf<ParkedRow>(world, service, parked, orderId)));
  const dead = letters.flat().flatMap((row) => (row.dead ? [row.reader] : []));
  const onDesk = (await isOwed(world, flow, orderId)) ? { status: 'FAILED' as const, flagged: true } : {};
  return { ...found, ...onDesk, dead: [...new Set(dead)].toSorted() };
}

/** Whether a dead letter asks for what is owed to it. */
async function isOwed({ participants, flows, stores }: World, { name }: Flow, orderId: string): Promise<boolean> {
  const letters = participants.map(async (participant) => {
    const store = stores.get(participant.name);
    return store ? deskRoutes(participant, flows).order.answer(store, { orderId, flow: name }) : [];
  });
  return (await Promise.all(letters)).flat().length > 0;
}

async function rowsOf<R>({ stores }: World, service: string, table: Table, orderId: string): Promise<readonly R[]> {
  const rows: readonly Row[] = (await stores.get(service)?.select(table, { where: [['orderId', '=', orderId]] })) ?? [];
  return rows as readonly R[];
}

async function coordinated(world: World, coordinator: string, orderId: string): Promise<Omit<State, 'dead'>> {
  const [saga] = await rowsOf<SagaRow>(world, coordinator, sagas, orderId);
  if (saga) return { status: statusOf[saga.state], flagged: saga.flagged };
  return { status: (await ownRecord(world, orderId))?.state === 'refused' ? 'CANCELLED' : 'ACCEPTED', flagged: false };
}

interface Owned {
  readonly state: string;
}

async function ownRecord(world: World, orderId: string): Promise<Parameters<typeof endOf>[1] | undefined> {
  const record = world.participants.find(({ name }) => name === 'order')?.tables['record'];
  return record && (await rowsOf<Owned & Parameters<typeof endOf>[1]>(world, 'order', record, orderId))[0];
}

/** Nobody coordinates: its owner knows. */
async function owned(world: World, orderId: string): Promise<Omit<State, 'dead'>> {
  const owner = world.participants.find(({ name }) => name === 'order');
  const record = await ownRecord(world, orderId);
  const [waiting] = await rowsOf<DueRow>(world, 'order', due, orderId);
  const flagged = waiting?.flagged ?? false;
  if (!record || !owner) return { status: 'ACCEPTED', flagged };
  if (record.state === 'refused') return { status: 'CANCELLED', flagged };
  const onTheWay = flagged ? 'FAILED' : record.state === 'undone' ? 'CANCELLING' : 'RUNNING';
  return { status: endOf(owner, record) ?? onTheWay, flagged };
}
