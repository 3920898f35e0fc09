/** The fifth document's order: the gateway asks, Order Saga coordinates, five participants answer. */
import { anyOf, on, orchestrate, pivot, step } from '@ensemble/flow';
import * as inventory from '@ensemble/inventory/operations';
import * as order from '@ensemble/order/operations';
import * as history from '@ensemble/order-history/operations';
import * as payment from '@ensemble/payment/operations';
import * as product from '@ensemble/product/operations';
import { document } from './document.ts';
// biome-ignore format: one list
import {
  CancelOrder, CancelOrderRequested, CompleteOrder, CreateOrder, InventoryReleased, InventoryReserved, InventoryReserveFailed,
  OrderCancelled, OrderCompleted, OrderCreated, OrderCreateFailed, PaymentCompleted, PaymentFailed, PaymentRefunded, ProcessPayment,
  ProductsValidated, ProductsValidationFailed, RefundPayment, ReleaseInventory, ReserveInventory, SagaCreateOrder, ValidateProducts,
} from './messages.ts';

// biome-ignore format: read as a table
export const createOrder = orchestrate({
  name: 'create-order',
  about: 'Order Saga asks one service after the other: the order is created, its products are priced, its stock is held, it is paid, it is completed.',
  document,
  coordinator: 'order-saga',
  begins: SagaCreateOrder,
  cancel: CancelOrderRequested,
  steps: [
    step(order.create,      CreateOrder,      { created: OrderCreated, refused: OrderCreateFailed })
      .undo(order.cancel,   CancelOrder,      OrderCancelled),
    step(product.validate,  ValidateProducts, { valid: ProductsValidated, invalid: ProductsValidationFailed }),
    step(inventory.reserve, ReserveInventory, { reserved: InventoryReserved, unavailable: InventoryReserveFailed })
      .undo(inventory.release, ReleaseInventory, InventoryReleased),
    pivot(payment.charge,   ProcessPayment,   { paid: PaymentCompleted, declined: PaymentFailed })
      .undo(payment.refund, RefundPayment,    PaymentRefunded),
    step(order.complete,    CompleteOrder,    { completed: OrderCompleted }),
  ],
  also: [
    on(OrderCompleted, inventory.sell),
    on(anyOf(OrderCreated, ProductsValidated, InventoryReserved, PaymentCompleted, OrderCompleted), history.record),
    on(anyOf(OrderCreateFailed, ProductsValidationFailed, InventoryReserveFailed, PaymentFailed), history.record),
    on(anyOf(CancelOrderRequested, RefundPayment, ReleaseInventory, CancelOrder), history.record),    // it is being undone, and why
    on(anyOf(PaymentRefunded, InventoryReleased, OrderCancelled), history.record),
  ],
});
