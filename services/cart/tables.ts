/** The cart's rows: what each customer has put in. */
import { int, json, table, text } from '@ensemble/engine';

export interface Item {
  readonly productId: string;
  readonly quantity: number;
  /** The cart's version from which it is so. */
  readonly version: number;
}

export const tables = {
  /** version: one more with every change. */
  carts: table('carts', ['customerId'], { customerId: text, version: int, items: json<readonly Item[]>() }),
};
