/** All rows of a service's table, for who looks at several services at once. */
import type { Row, RowOf, Store, Table } from '@ensemble/engine';

export type Stores = ReadonlyMap<string, Store>;

export type Reader = <T extends Table>(service: string, table: T) => Promise<readonly RowOf<T>[]>;

/** Each table is read once. Errors: an Error, where the service's store is not among them. */
export function reader(stores: Stores): Reader {
  const read = new Map<string, Promise<readonly Row[]>>();
  return async (service, table) => {
    const store = stores.get(service);
    if (!store) throw new Error(`the audit needs ${service}`);
    const key = `${service} ${table.name}`;
    const rows = read.get(key) ?? store.select(table, {});
    read.set(key, rows);
    return (await rows) as never;
  };
}
