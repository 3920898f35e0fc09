/**
 * What must always hold (design §8), read from the services' own rows. An empty list: it holds. What is never right, on the way neither,
 * is `unsound`; what is not right any more once orders have ended is `unfinished`.
 */
import {
  asksOutside,
  calls,
  due,
  endOf,
  outbox,
  parked,
  type Row,
  type RowOf,
  type SagaState,
  type Store,
  sagas,
  statusOf,
} from '@ensemble/engine';
import { isEnd } from '@ensemble/flow';
import { inventory } from '@ensemble/inventory';
import { tables as inventoryTables } from '@ensemble/inventory/tables';
import { tables as gatewayTables } from '@ensemble/gateway';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { tables as monitorTables } from '@ensemble/monitor/tables';
import { order as owner } from '@ensemble/order';
import { tables as orderTables } from '@ensemble/order/tables';
import { tables as paymentTables } from '@ensemble/payment/tables';
import { schedule } from '@ensemble/shipment/operations';
import { tables as shipmentTables } from '@ensemble/shipment/tables';
import { flows, participants } from './catalogue.ts';
import { reader, type Reader, type Stores } from './rows.ts';

/** Says what does not hold once orders have ended, with the order or product it is about. */
export async function audit(stores: Stores): Promise<readonly string[]> {
  const seen = await seenIn(stores);
  return [...(await unfinishedIn(seen)), ...(await unsoundIn(seen))];
}

/**
 * Says what is never right while nothing is under way, whether or not the orders have ended: pieces and money that are nowhere or twice,
 * books that do not agree, and what is kept for an order that ended without it.
 */
export const unsound = async (stores: Stores): Promise<readonly string[]> => unsoundIn(await seenIn(stores));

/** Says what has still to come: ends, what follows from them, and what waits in a queue. */
export const unfinished = async (stores: Stores): Promise<readonly string[]> => unfinishedIn(await seenIn(stores));

interface Seen {
  readonly stores: Stores;
  readonly rows: Reader;
  readonly orders: Ends;
}

async function seenIn(stores: Stores): Promise<Seen> {
  const rows = reader(stores);
  return { stores, rows, orders: await endsOf(rows) };
}

async function unsoundIn({ rows, orders }: Seen): Promise<readonly string[]> {
  const findings = [stock(rows, orders), parcels(rows, orders), ledger(rows), kept(rows, orders), watched(rows, orders, false)];
  return (await Promise.all(findings)).flat();
}

async function unfinishedIn({ stores, rows, orders }: Seen): Promise<readonly string[]> {
  const findings = [ends(rows, orders), followed(rows, orders), watched(rows, orders, true), drained(stores)];
  return (await Promise.all(findings)).flat();
}

/** How each order that was accepted ended: COMPLETED, CANCELLED, or in words why it has not. */
type Ends = ReadonlyMap<string, string>;

async function endsOf(rows: Reader): Promise<Ends> {
  const coordinators = new Set(flows.flatMap(({ coordinator }) => coordinator ?? []));
  const running = new Map<string, SagaState>();
  for (const coordinator of coordinators)
    for (const { orderId, state, progress } of await rows(coordinator, sagas)) if (progress.begun) running.set(orderId, state);
  const records = new Map((await rows('order', orderTables.record)).map((record) => [record.orderId, record]));
  const endOfOrder = (orderId: string): string => {
    const saga = running.get(orderId);
    if (saga !== undefined) return isEnd(statusOf[saga]) ? statusOf[saga] : `its saga is ${saga}`;
    const record = records.get(orderId);
    if (!record) return 'nobody knows it';
    const flow = flows.find(({ name }) => name === record.flow);
    const end = flow?.coordinator === null ? endOf(owner, record) : null;
    if (end !== null) return end;
    return record.state === 'refused' ? 'CANCELLED' : `no saga began, its record is ${record.state}`;
  };
  return new Map((await rows('gateway', gatewayTables.accepted)).map(({ orderId }) => [orderId, endOfOrder(orderId)]));
}

/** Every order answered 202 has ended, in one state, and everyone says the same. */
async function ends(rows: Reader, orders: Ends): Promise<string[]> {
  const told = new Map((await rows('order-history', historyTables.orders)).map((order) => [order.orderId, order.status]));
  return [...orders].flatMap(([orderId, end]) => {
    if (!isEnd(end)) return [`order ${orderId} has not ended: ${end}`];
    return told.get(orderId) === end ? [] : [`order ${orderId} is ${end}, its history says ${told.get(orderId) ?? 'nothing'}`];
  });
}

/** By its owner's record alone, whoever coordinates it. */
const isComplete = (record: RowOf<typeof orderTables.record>): boolean => endOf(owner, record) === 'COMPLETED';

/** What follows from an end: the stock of what is COMPLETED is sold, and what the carrier gave up is taken back. */
async function followed(rows: Reader, orders: Ends): Promise<string[]> {
  const completed = ({ orderId, state }: { readonly orderId: string; readonly state: string }): boolean =>
    state === 'done' && orders.get(orderId) === 'COMPLETED';
  const reserved = (await rows(inventory.name, inventoryTables.record)).filter(completed);
  const scheduled = (await rows('shipment', shipmentTables.record)).filter(completed);
  const owned = (await rows('order', orderTables.record)).filter(({ orderId }) => orders.get(orderId) === 'COMPLETED');
  return [
    ...reserved.flatMap(({ orderId, answers }) =>
      answers['sell'] ? [] : [`order ${orderId} is COMPLETED and its stock is held, not sold`],
    ),
    ...owned.flatMap((record) => (isComplete(record) ? [] : [`order ${record.orderId} is COMPLETED and its own record is not`])),
    ...scheduled.flatMap(({ orderId, answers }) => (answers['fail'] ? [`order ${orderId} is COMPLETED and its parcel was given up`] : [])),
  ];
}

/** The monitor knows how each order stands that nobody coordinates. `hasEnded`: of those that have, else of those that have not. */
async function watched(rows: Reader, orders: Ends, hasEnded: boolean): Promise<string[]> {
  return (await rows('monitor', monitorTables.orders)).flatMap(({ orderId, state, open, progress }) => {
    const end = orders.get(orderId);
    if (!progress.named || end === undefined || isEnd(end) !== hasEnded) return [];
    const told = statusOf[state];
    const says = `the monitor says ${told} and ${open ? 'open' : 'not open'}`;
    if (hasEnded) return told === end && !open ? [] : [`order ${orderId} is ${end}, ${says}`];
    return isEnd(told) || !open ? [`order ${orderId} has not ended, ${says}`] : [];
  });
}

/** available + held + sold is what was put in; held and sold are what the reservations say; what is CANCELLED holds nothing. */
async function stock(rows: Reader, orders: Ends): Promise<string[]> {
  const held = new Map<string, number>();
  const sold = new Map<string, number>();
  const findings: string[] = [];
  for (const { orderId, state, answers, lines } of await rows(inventory.name, inventoryTables.record)) {
    if (state !== 'done') continue;
    const pile = answers['sell'] ? sold : held;
    for (const { productId, quantity } of lines ?? []) pile.set(productId, (pile.get(productId) ?? 0) + quantity);
    if (orders.get(orderId) === 'CANCELLED') findings.push(`order ${orderId} is CANCELLED and still has stock`);
  }
  for (const row of await rows(inventory.name, inventoryTables.stock)) {
    const { productId, available, stocked } = row;
    const expected = { held: held.get(productId) ?? 0, sold: sold.get(productId) ?? 0 };
    if (available < 0 || row.held < 0 || row.sold < 0) findings.push(`${productId} is below zero`);
    if (available + row.held + row.sold !== stocked)
      findings.push(`${productId}: ${available} + ${row.held} + ${row.sold} is not ${stocked}`);
    if (row.held !== expected.held) findings.push(`${productId}: ${row.held} held, the reservations say ${expected.held}`);
    if (row.sold !== expected.sold) findings.push(`${productId}: ${row.sold} sold, the reservations say ${expected.sold}`);
  }
  return findings;
}

/** No parcel of what is CANCELLED is on its way; what is COMPLETED has one, where its flow sends any. */
async function parcels(rows: Reader, orders: Ends): Promise<string[]> {
  const sent = new Map((await rows('shipment', shipmentTables.record)).map(({ orderId, state }) => [orderId, state === 'done']));
  return (await rows('order', orderTables.record)).flatMap(({ orderId, flow }) => {
    const end = orders.get(orderId);
    if (end === 'CANCELLED' && sent.get(orderId)) return [`order ${orderId} is CANCELLED and has a parcel`];
    const ships = flows.some(({ name, rows: of }) => name === flow && of.some(({ does }) => does.name === schedule.name));
    return end === 'COMPLETED' && ships && !sent.get(orderId) ? [`order ${orderId} is COMPLETED and has no parcel`] : [];
  });
}

/** Balances are what was deposited and booked; what is booked for an order is what its payment says. */
async function ledger(rows: Reader): Promise<string[]> {
  const findings: string[] = [];
  const gained = new Map<string, number>();
  for (const { fromAccount, toAccount, amount } of await rows('payment', paymentTables.ledger)) {
    gained.set(fromAccount, (gained.get(fromAccount) ?? 0) - amount);
    gained.set(toAccount, (gained.get(toAccount) ?? 0) + amount);
  }
  for (const { customerId, balance, deposited } of await rows('payment', paymentTables.accounts)) {
    const expected = deposited + (gained.get(customerId) ?? 0);
    if (balance < 0) findings.push(`the account of ${customerId} is below zero`);
    if (balance !== expected) findings.push(`the balance of ${customerId} is ${balance}, the ledger says ${expected}`);
  }
  const booked = await keptOf(rows);
  for (const { orderId, state, amount, paymentId } of await rows('payment', paymentTables.record)) {
    const taken = state === 'done' || (state === 'undoing' && paymentId !== null) ? (amount ?? 0) : 0;
    const found = booked.get(orderId) ?? 0;
    if (found !== taken) findings.push(`the payment of order ${orderId} is ${state}, ${found} is booked for it and not ${taken}`);
  }
  return findings;
}

/** By order: what was captured and not refunded. */
async function keptOf(rows: Reader): Promise<Map<string, number>> {
  const kept = new Map<string, number>();
  for (const { orderId, entry, amount } of await rows('payment', paymentTables.ledger))
    kept.set(orderId, (kept.get(orderId) ?? 0) + (entry === 'charge' ? amount : -amount));
  return kept;
}

/** What is kept for an order is what it costs when it is completed; when it is taken back, or nobody took it, nothing. */
async function kept(rows: Reader, orders: Ends): Promise<string[]> {
  const findings: string[] = [];
  const captured = await keptOf(rows);
  for (const record of await rows('order', orderTables.record)) {
    const { orderId, total } = record;
    const end = orders.get(orderId) ?? 'CANCELLED';
    const isCompleted = end === 'COMPLETED' || isComplete(record);
    const found = captured.get(orderId) ?? 0;
    captured.delete(orderId);
    if ((isCompleted || isEnd(end)) && found !== (isCompleted ? total : 0))
      findings.push(`order ${orderId} ${isCompleted ? `costs ${total}` : 'is not completed'}, ${found} is kept`);
  }
  for (const [orderId, found] of captured)
    if (found !== 0) findings.push(`${found} is kept for ${orderId}, which the order service does not know`);
  return findings;
}

const asking = new Set(participants.filter(asksOutside).map(({ name }) => name));

/** Once faults stop every queue drains. */
async function drained(stores: Stores): Promise<string[]> {
  const left = async ([service, store]: readonly [string, Store]): Promise<string[]> => {
    const unsent: readonly Row[] = await store.select(outbox, { limit: 1 });
    const aside = await store.select(parked, { limit: 1 });
    const owned = await store.select(due, { limit: 1 });
    const asked = asking.has(service) ? await store.select(calls, { limit: 1 }) : [];
    return [
      ...(unsent.length > 0 ? [`${service} has messages in its outbox`] : []),
      ...owned.map((row) => `${service} waits for the end of order ${String(row['orderId'])}`),
      ...asked.map((row) => `${service} waits for a word on ${String(row['operation'])} of order ${String(row['orderId'])}`),
      ...aside.map((row) => `${service} has put aside ${String(row['messageId'])}: ${String(row['reason'])}`),
    ];
  };
  return (await Promise.all([...stores].map(left))).flat();
}
