/** The cart's rows: what each customer has put in. */
import { int, json, table, text } from '@ensemble/engine';

export interface Price {
  /** Minor units. */
  readonly price: number;
  readonly currency: string;
}

export interface Item {
  readonly productId: string;
  readonly quantity: number;
  /** The cart's version from which it is so. */
  readonly version: number;
  /** What the customer was shown that one costs, when they put it in. */
  readonly shown?: Price;
}

export const tables = {
  /** version: one more with every change. */
  carts: table('carts', ['customerId'], { customerId: text, version: int, items: json<readonly Item[]>() }),
};
