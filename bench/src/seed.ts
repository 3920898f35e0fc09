/** What the shop has before the first order: so much of everything that only the declining method is ever refused. */
import type { Participant, Row, RowOf, Store } from '@ensemble/engine';
import type { tables as inventoryTables } from '@ensemble/inventory/tables';
import type { tables as paymentTables } from '@ensemble/payment/tables';
import type { tables as productTables } from '@ensemble/product/tables';

export const products = {
  count: 100,
  name: (number: number): string => `product-${number + 1}`,
  /** Minor units. */
  price: (number: number): number => 1_000 + number,
};
export const customers = { count: 1_000, name: (number: number): string => `customer-${number + 1}` };
/** Has an account with nothing in it: for flows whose orders do not say how they are paid. */
export const poor = 'customer-without-money';
export const methods = { paying: 'wallet', declining: 'declined-card' };

const stocked = 2_000_000_000;
const deposited = 900_000_000_000; // minor units: their sum is far within the safe integers

type Product = RowOf<typeof productTables.products>;
type Stock = RowOf<typeof inventoryTables.stock>;
type Price = RowOf<typeof inventoryTables.prices>;
type Account = RowOf<typeof paymentTables.accounts>;

/** By service, then by its table. */
const rows: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  product: {
    products: list(
      products,
      (productId, number): Product => ({
        productId,
        name: `Product ${number + 1}`,
        description: '',
        price: products.price(number),
        currency: 'EUR',
        active: true,
        version: 1,
      }),
    ),
  },
  inventory: {
    stock: list(products, (productId): Stock => ({ productId, stocked, available: stocked, held: 0, sold: 0 })),
    prices: list(products, (productId, number): Price => ({ productId, price: products.price(number), currency: 'EUR', version: 1 })),
  },
  payment: {
    accounts: [...list(customers, (customerId) => account(customerId, deposited)), account(poor, 0)],
  },
};

function account(customerId: string, money: number): Account {
  return {
    customerId,
    currency: 'EUR',
    deposited: money,
    balance: money,
    methods: [
      { id: methods.paying, kind: 'wallet', declines: false },
      { id: methods.declining, kind: 'card', declines: true },
    ],
    version: 1,
  };
}

function list<R>({ count, name }: Pick<typeof products, 'count' | 'name'>, row: (name: string, number: number) => R): readonly R[] {
  return Array.from({ length: count }, (_, number) => row(name(number), number));
}

/** Errors: STORE_UNAVAILABLE. */
export async function seed(participants: readonly Participant[], stores: ReadonlyMap<string, Store>): Promise<void> {
  for (const [service, tables] of Object.entries(rows)) {
    const participant = participants.find(({ name }) => name === service);
    const store = stores.get(service);
    if (!participant || !store) throw new Error(`there is no ${service} to seed`);
    const unit = await store.begin();
    await unit.commit(Object.entries(tables).map(([name, insert]) => ({ table: tableOf(participant, name), insert })));
  }
}

function tableOf({ name, tables }: Participant, wanted: string) {
  const table = tables[wanted];
  if (!table) throw new Error(`${name} has no table ${wanted}`);
  return table;
}
