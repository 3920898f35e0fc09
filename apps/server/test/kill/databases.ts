/** The live databases of a program, as a test looks into them: its own connections, beside the program's. */
import { silentLog, type Store } from '@ensemble/engine';
import { tables as payment } from '@ensemble/payment/tables';
import pg from 'pg';
import { participants } from '../../src/catalogue.ts';
import { complete } from '../../src/config.ts';
import { databaseName, type DatabaseServer, openStores } from '../../src/databases.ts';
import { until } from '../until.ts';
import { customerIds } from './customers.ts';

export type Stores = ReadonlyMap<string, Store>;

/** Every service's store on a server that a program works with already. */
export async function inspect<T>(server: DatabaseServer, installation: string, look: (stores: Stores) => Promise<T>): Promise<T> {
  const stores = await openStores(participants, server, { config: complete({ installation }), log: silentLog, closing: () => undefined });
  try {
    return await look(stores);
  } finally {
    await Promise.all([...stores.values()].map((store) => store.close()));
  }
}

/** Customers who can pay whatever they order. */
export async function openAccounts(stores: Stores): Promise<void> {
  const deposited = 1_000_000_000_000;
  const methods = [
    { id: 'wallet', kind: 'wallet', declines: false },
    { id: 'declined-card', kind: 'card', declines: true },
  ];
  const insert = customerIds.map((customerId) => ({ customerId, currency: 'EUR', deposited, balance: deposited, methods, version: 1 }));
  const unit = await stores.get('payment')?.begin();
  await unit?.commit([{ table: payment.accounts, insert }]);
}

export interface Counted {
  /** Orders that were taken. */
  readonly accepted: number;
  /** Orders that the history knows the end of, whoever coordinated them. */
  readonly ended: number;
}

/** Looks at an installation's orders, as often as is asked, over connections that are there for it. */
async function counting<T>(
  { adminUrl }: DatabaseServer,
  installation: string,
  look: (count: () => Promise<Counted>) => Promise<T>,
): Promise<T> {
  const clients = ['gateway', 'order-history'].map((service) => {
    const url = Object.assign(new URL(adminUrl), { pathname: `/${databaseName(installation, service)}` });
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the query says the same
    return client;
  });
  const [gateway, history] = clients as [pg.Client, pg.Client];
  // Counted by the database, so that it takes no longer with many orders.
  const count = async (client: pg.Client, sql: string): Promise<number> =>
    Number((await client.query<{ count: string }>(sql)).rows[0]?.count);
  const connected: pg.Client[] = [];
  try {
    for (const client of clients) {
      await client.connect();
      connected.push(client);
    }
    return await look(async () => ({
      accepted: await count(gateway, 'select count(*) from accepted'),
      ended: await count(history, "select count(*) from orders where status in ('COMPLETED', 'CANCELLED')"),
    }));
  } finally {
    await Promise.all(connected.map((client) => client.end()));
  }
}

export const countOrders = (server: DatabaseServer, installation: string): Promise<Counted> =>
  counting(server, installation, (count) => count());

/** Waits until so many orders have ended: every one that was taken, where no number is given. */
export function untilEnded(
  server: DatabaseServer,
  installation: string,
  { orders, seconds }: { readonly orders?: number; readonly seconds: number },
): Promise<Counted> {
  return counting(server, installation, async (count) => {
    let counted = await count();
    const over = async (): Promise<boolean> => {
      counted = await count();
      return counted.ended >= (orders ?? counted.accepted);
    };
    await until(over, () => `${counted.ended} of ${orders ?? counted.accepted} orders have ended`, seconds);
    return counted;
  });
}
