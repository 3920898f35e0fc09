/** The whole system in one file: which services there are, which flows they run. */
import { createOrder } from '@ensemble/create-order';
import type { Participant } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { gateway } from '@ensemble/gateway';
import { inventory } from '@ensemble/inventory';
import { order } from '@ensemble/order';
import { orderHistory } from '@ensemble/order-history';
import { orderSaga } from '@ensemble/order-saga';
import { payment } from '@ensemble/payment';
import { product } from '@ensemble/product';

export const flows: readonly Flow[] = [createOrder];

export const participants: readonly Participant[] = [gateway, orderSaga, order, product, inventory, payment, orderHistory];

export const topicsOf = (all: readonly Flow[]): string[] => [
  ...new Set(all.flatMap(({ messages }) => [...messages.values()].map(({ topic }) => topic))),
];
