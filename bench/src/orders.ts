/** The orders that are placed, by number: the same in every run. */
import type { Flow } from '@ensemble/flow';
import { type Placement } from '@ensemble/gateway';
import { newOrderId } from '@ensemble/server';
import { customers, methods, products } from './seed.ts';

/** @param declined percent of the orders that the payment refuses, spread evenly */
export const orders =
  (flow: Flow, declined: number) =>
  (number: number): Placement => ({
    orderId: newOrderId(),
    flow,
    customerId: customers.name(number % customers.count),
    facts: {
      lines: [{ productId: products.name(number % products.count), quantity: 1 + (number % 3) }],
      paymentMethod: declines(number, declined) ? methods.declining : methods.paying,
    },
    idempotency: null,
  });

/** Of any hundred in a row, `percent` are true; with 5 every twentieth. */
export const declines = (number: number, percent: number): boolean =>
  Math.floor(((number + 1) * percent) / 100) > Math.floor((number * percent) / 100);
