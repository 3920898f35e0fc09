/** What must always hold (design §8), read from the services' own rows once orders have ended. An empty list: it holds. */
import { asksOutside, calls, due, endOf, outbox, parked, type Row, type RowOf, type Store, sagas, type Table } from '@ensemble/engine';
import { inventory } from '@ensemble/inventory';
import { tables as inventoryTables } from '@ensemble/inventory/tables';
import { flows, participants } from './catalogue.ts';
import { tables as gatewayTables } from '@ensemble/gateway';
import { tables as historyTables } from '@ensemble/order-history/tables';
import { order as owner } from '@ensemble/order';
import { tables as orderTables } from '@ensemble/order/tables';
import { tables as paymentTables } from '@ensemble/payment/tables';
import { tables as shipmentTables } from '@ensemble/shipment/tables';

export type Stores = ReadonlyMap<string, Store>;

/** Says what does not hold, with the order or product it is about. */
export async function audit(stores: Stores): Promise<readonly string[]> {
  const rows = reader(stores);
  const orders = await endsOf(rows);
  const findings = await Promise.all([ends(rows, orders), stock(rows, orders), parcels(rows, orders), money(rows), drained(stores)]);
  return findings.flat();
}

type Reader = <T extends Table>(service: string, table: T) => Promise<readonly RowOf<T>[]>;

const reader =
  (stores: Stores): Reader =>
  async (service, table) => {
    const store = stores.get(service);
    if (!store) throw new Error(`the audit needs ${service}`);
    return (await store.select(table, {})) as never;
  };

/** How each order that was accepted ended: COMPLETED, CANCELLED, or in words why it has not. */
type Ends = ReadonlyMap<string, string>;

const outward: Readonly<Record<string, string>> = { COMPLETED: 'COMPLETED', COMPENSATED: 'CANCELLED' };

async function endsOf(rows: Reader): Promise<Ends> {
  const coordinators = new Set(flows.flatMap(({ coordinator }) => coordinator ?? []));
  const running = new Map<string, string>();
  for (const coordinator of coordinators)
    for (const { orderId, state, progress } of await rows(coordinator, sagas)) if (progress.begun) running.set(orderId, state);
  const records = new Map((await rows('order', orderTables.record)).map((record) => [record.orderId, record]));
  const endOfOrder = (orderId: string): string => {
    const saga = running.get(orderId);
    if (saga !== undefined) return outward[saga] ?? `its saga is ${saga}`;
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
    if (end !== 'COMPLETED' && end !== 'CANCELLED') return [`order ${orderId} has not ended: ${end}`];
    return told.get(orderId) === end ? [] : [`order ${orderId} is ${end}, its history says ${told.get(orderId) ?? 'nothing'}`];
  });
}

/** available + held + sold is what was put in; held and sold are what the reservations say; an ended order holds nothing. */
async function stock(rows: Reader, orders: Ends): Promise<string[]> {
  const held = new Map<string, number>();
  const sold = new Map<string, number>();
  const findings: string[] = [];
  for (const { orderId, state, answers, lines } of await rows(inventory.name, inventoryTables.record)) {
    if (state !== 'done') continue;
    const pile = answers['sell'] ? sold : held;
    for (const { productId, quantity } of lines ?? []) pile.set(productId, (pile.get(productId) ?? 0) + quantity);
    const end = orders.get(orderId);
    if (end === 'COMPLETED' && pile === held) findings.push(`order ${orderId} is COMPLETED and its stock is held, not sold`);
    if (end === 'CANCELLED') findings.push(`order ${orderId} is CANCELLED and still has stock`);
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

/** No parcel of an order that was cancelled is on its way. */
async function parcels(rows: Reader, orders: Ends): Promise<string[]> {
  const scheduled = (await rows('shipment', shipmentTables.record)).filter(({ state }) => state === 'done');
  return scheduled.flatMap(({ orderId, answers }) => {
    const end = orders.get(orderId);
    if (end === 'CANCELLED') return [`order ${orderId} is CANCELLED and has a parcel`];
    return end === 'COMPLETED' && answers['fail'] ? [`order ${orderId} is COMPLETED and its parcel was given up`] : [];
  });
}

/** Balances are what was deposited and booked; what was captured and not refunded is what the completed orders cost. */
async function money(rows: Reader): Promise<string[]> {
  const findings: string[] = [];
  const gained = new Map<string, number>();
  const captured = new Map<string, number>();
  const add = (to: Map<string, number>, key: string, amount: number): void => void to.set(key, (to.get(key) ?? 0) + amount);
  for (const { orderId, entry, fromAccount, toAccount, amount } of await rows('payment', paymentTables.ledger)) {
    add(gained, fromAccount, -amount);
    add(gained, toAccount, amount);
    add(captured, orderId, entry === 'charge' ? amount : -amount);
  }
  for (const { customerId, balance, deposited } of await rows('payment', paymentTables.accounts)) {
    const expected = deposited + (gained.get(customerId) ?? 0);
    if (balance < 0) findings.push(`the account of ${customerId} is below zero`);
    if (balance !== expected) findings.push(`the balance of ${customerId} is ${balance}, the ledger says ${expected}`);
  }
  for (const { orderId, state, answers, total } of await rows('order', orderTables.record)) {
    const completed = state === 'done' && answers['complete'] !== undefined;
    const kept = captured.get(orderId) ?? 0;
    captured.delete(orderId);
    if (kept !== (completed ? total : 0))
      findings.push(`order ${orderId} ${completed ? `costs ${total}` : 'is not completed'}, ${kept} is kept`);
  }
  for (const [orderId, kept] of captured)
    if (kept !== 0) findings.push(`${kept} is kept for ${orderId}, which the order service does not know`);
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
