import { bigint, boolean, type ColumnType, int, json, type Table, table, text, timestamp, uuid } from '@ensemble/engine/store';

/** Every type, and every type that may be null. */
export const samples = table('samples', ['id'], {
  id: uuid,
  aText: text,
  aBigint: bigint,
  anInt: int,
  aBoolean: boolean,
  aTimestamp: timestamp,
  aJson: json<unknown>(),
  otherId: uuid.orNull,
  otherText: text.orNull,
  otherBigint: bigint.orNull,
  otherInt: int.orNull,
  otherBoolean: boolean.orNull,
  otherTimestamp: timestamp.orNull,
  otherJson: json<unknown>().orNull,
});

export const stock = table('stock', ['productId'], { productId: int, available: bigint });

export const orderLines = table('orderLines', ['orderId', 'lineNo'], { orderId: uuid, lineNo: int, name: text });

export const names = table('names', ['name'], { name: text, rank: int.orNull });

export const prices = table('prices', ['productId'], { productId: int, price: bigint }, { shared: true });

export const tables: readonly Table[] = [samples, stock, orderLines, names, prices];

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  uuid: 'uuid',
  text: 'text',
  bigint: 'bigint',
  int: 'int',
  boolean: 'boolean',
  json: 'text',
  timestamp: 'timestamptz',
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The table as a migration would make it: for tests that have no migration. */
export function createTableSql({ name, columns, key }: Table): string {
  const list = Object.entries(columns).map(
    ([column, { type, nullable }]) => `${snake(column)} ${sqlTypes[type]}${nullable ? '' : ' not null'}`,
  );
  return `create table ${snake(name)} (${list.join(', ')}, primary key (${key.map(snake).join(', ')}));`;
}

/** The n-th id. */
export const id = (n: number): string => `01990000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
