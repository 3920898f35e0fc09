/** The third document's order: nobody coordinates, each service reacts to what the others say. */
import { anyOf, at, choreograph, deadline, later, on, silent } from '@ensemble/flow';
import * as inventory from '@ensemble/inventory/operations';
import * as monitor from '@ensemble/monitor/operations';
import * as order from '@ensemble/order/operations';
import * as history from '@ensemble/order-history/operations';
import * as payment from '@ensemble/payment/operations';
import * as shipment from '@ensemble/shipment/operations';
import { document } from './document.ts';
// biome-ignore format: one list
import {
  CancelOrderRequested, DeliveryFailed, DeliveryScheduled, InventoryReleased, InventoryReservationFailed, InventoryReserved,
  NothingHeld, NothingScheduled, NothingToRefund, OrderCancelled, OrderCompleted, OrderCreated, OrderRejected, OrderSettled,
  PaymentFailed, PaymentSucceeded, PlaceOrder, RefundSucceeded, ShipmentCancelled,
} from './messages.ts';

// biome-ignore format: read as a table
export const choreography = choreograph({
  name: 'choreography',
  about: 'Each service reacts to what the others say; the order service keeps the clock, and knows when all is taken back.',
  document,
  seats: {
    order: 'OMS',
    inventory: 'Inventory Service',
    payment: 'Payment Service',
    shipment: 'Logistics Service',
    'order-history': 'OrderHistory',
  },
  begins: at(order.create, { created: OrderCreated, refused: OrderRejected }, PlaceOrder),
  cancel: CancelOrderRequested,
  watchedBy: [monitor.watch],
  rows: [
    on(OrderCreated,         inventory.reserve,  { reserved: InventoryReserved, unavailable: InventoryReservationFailed }),
    on(InventoryReserved,    payment.charge,     { paid: PaymentSucceeded, declined: PaymentFailed }),
    on(PaymentSucceeded,     shipment.schedule,  { scheduled: DeliveryScheduled, failed: DeliveryFailed }),
    on(DeliveryScheduled,    order.complete,     { completed: OrderCompleted }),
    on(DeliveryScheduled,    inventory.sell),
    later(shipment.fail,                         { failed: DeliveryFailed }),                  // the carrier gives up afterwards

    on(anyOf(InventoryReservationFailed, PaymentFailed, DeliveryFailed),
                             order.cancel,       { cancelled: OrderCancelled }),
    on(CancelOrderRequested, order.cancel,       { cancelled: OrderCancelled }),
    on(deadline('15m'),      order.cancel,       { cancelled: OrderCancelled }),
    on(OrderCancelled,       inventory.release,  { released: InventoryReleased, nothing: NothingHeld }),
    on(OrderCancelled,       payment.refund,     { refunded: RefundSucceeded, nothing: NothingToRefund }),
    on(OrderCancelled,       shipment.cancel,    { cancelled: ShipmentCancelled, nothing: NothingScheduled }),
    on(anyOf(InventoryReleased, NothingHeld),            order.settleStock,  { settled: OrderSettled, open: silent }),
    on(anyOf(RefundSucceeded, NothingToRefund),          order.settleMoney,  { settled: OrderSettled, open: silent }),
    on(anyOf(ShipmentCancelled, NothingScheduled),       order.settleParcel, { settled: OrderSettled, open: silent }),

    on(anyOf(OrderRejected, DeliveryScheduled, OrderCompleted, OrderCancelled, OrderSettled),         history.archive),
    on(anyOf(OrderCreated, InventoryReserved, PaymentSucceeded, CancelOrderRequested),                history.record),
    on(anyOf(InventoryReservationFailed, PaymentFailed, DeliveryFailed),                              history.record),
    on(anyOf(InventoryReleased, NothingHeld, RefundSucceeded, NothingToRefund, ShipmentCancelled, NothingScheduled), history.record),
  ],
});
