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

/** Counted by the database, so that it takes no longer with many orders. */
export async function countOrders({ adminUrl }: DatabaseServer, installation: string): Promise<Counted> {
  const count = async (service: string, sql: string): Promise<number> => {
    const url = new URL(adminUrl);
    url.pathname = databaseName(installation, service);
    const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // the query says the same
    await client.connect();
    try {
      return Number((await client.query<{ count: string }>(sql)).rows[0]?.count);
    } finally {
      await client.end();
    }
  };
  const [accepted, ended] = await Promise.all([
    count('gateway', 'select count(*) from accepted'),
    count('order-history', "select count(*) from orders where status in ('COMPLETED', 'CANCELLED')"),
  ]);
  return { accepted, ended };
}

/** Waits until every order that was taken has ended. */
export async function untilAllEnded(server: DatabaseServer, installation: string, seconds: number): Promise<Counted> {
  let counted: Counted = { accepted: 0, ended: 0 };
  const over = async (): Promise<boolean> => {
    counted = await countOrders(server, installation);
    return counted.ended >= counted.accepted;
  };
  await until(over, () => `${counted.ended} of ${counted.accepted} orders have ended`, seconds);
  return counted;
}
