/** The whole system in one file: which services there are, which flows they run. */
import { cart } from '@ensemble/cart';
import { choreography } from '@ensemble/choreography';
import { createOrder } from '@ensemble/create-order';
import type { Participant } from '@ensemble/engine';
import type { Flow } from '@ensemble/flow';
import { gateway } from '@ensemble/gateway';
import { inventory } from '@ensemble/inventory';
import { monitor } from '@ensemble/monitor';
import { order } from '@ensemble/order';
import { orderApproval } from '@ensemble/order-approval';
import { orderHistory } from '@ensemble/order-history';
import { orderOrchestrator } from '@ensemble/order-orchestrator';
import { orderSaga } from '@ensemble/order-saga';
import { payment } from '@ensemble/payment';
import { placeOrder } from '@ensemble/place-order';
import { product } from '@ensemble/product';
import { shipment } from '@ensemble/shipment';
import { standard } from '@ensemble/standard';

export const flows: readonly Flow[] = [standard, createOrder, orderApproval, choreography, placeOrder];

export const participants: readonly Participant[] = [
  gateway,
  cart,
  orderSaga,
  orderOrchestrator,
  order,
  product,
  inventory,
  payment,
  shipment,
  orderHistory,
  monitor,
];

export const topicsOf = (all: readonly Flow[]): string[] => [
  ...new Set(all.flatMap(({ messages }) => [...messages.values()].map(({ topic }) => topic))),
];
