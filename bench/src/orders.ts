/** The orders that are placed, by number: the same in every run. */
import type { Flow } from '@ensemble/flow';
import { type Placement } from '@ensemble/gateway';
import { newOrderId } from '@ensemble/server';
import { customers, methods, poor, products } from './seed.ts';

interface Purchase {
  readonly customerId: string;
  readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  readonly paymentMethod: string;
  readonly total: number;
}

function purchase(flow: Flow, declined: number, number: number): Purchase {
  const [product, quantity] = [number % products.count, 1 + (number % 3)];
  const refused = declines(number, declined);
  return {
    customerId: refused && !saysHow(flow) ? poor : customers.name(number % customers.count),
    lines: [{ productId: products.name(product), quantity }],
    paymentMethod: refused ? methods.declining : methods.paying,
    total: products.price(product) * quantity,
  };
}

/** @param declined percent of the orders that the payment refuses, spread evenly */
export const orders =
  (flow: Flow, declined: number) =>
  (number: number): Placement => {
    const { customerId, ...facts } = purchase(flow, declined, number);
    return { orderId: newOrderId(), flow, customerId, facts: { ...facts, currency: 'EUR' }, idempotency: null };
  };

/** An order as its customer asks for it over HTTP. */
export interface OrderRequest {
  readonly customerId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The same orders. */
export const requests =
  (flow: Flow, declined: number) =>
  (number: number): OrderRequest => {
    const { customerId, lines, paymentMethod } = purchase(flow, declined, number);
    return { customerId, body: { flow: flow.name, lines, ...(saysHow(flow) ? { paymentMethod } : {}) } };
  };

/** Whether its orders say how they are paid. */
const saysHow = ({ begins }: Flow): boolean => begins.fields.some(({ path }) => path[0] === 'paymentMethod');

/** Of any hundred in a row, `percent` are true; with 5 every twentieth. */
export const declines = (number: number, percent: number): boolean =>
  Math.floor(((number + 1) * percent) / 100) > Math.floor((number * percent) / 100);
