/** The flow to deploy: priced and reserved at once, paid, shipped; whatever fails, whenever, is taken back whole. */
import { anyOf, later, on, orchestrate, pivot, step, together } from '@ensemble/flow';
import * as inventory from '@ensemble/inventory/operations';
import * as order from '@ensemble/order/operations';
import * as history from '@ensemble/order-history/operations';
import * as payment from '@ensemble/payment/operations';
import * as product from '@ensemble/product/operations';
import * as shipment from '@ensemble/shipment/operations';
// biome-ignore format: one list
import {
  CallOffShipment, CancelOrderRequested, DropOrder, FinishOrder, HoldStock, OrderDropped, OrderFinished, OrderNotPriced, OrderPriced,
  OrderRefused, OrderTaken, PaymentDeclined, PaymentReturned, PaymentTaken, PriceOrder, ReleaseStock, ReturnPayment, ScheduleShipment,
  ShipmentCalledOff, ShipmentFailed, ShipmentRefused, ShipmentScheduled, StartOrder, StockHeld, StockReleased, StockShort, TakeOrder,
  TakePayment,
} from './messages.ts';

// biome-ignore format: read as a table
export const standard = orchestrate({
  name: 'standard',
  about: 'Priced and reserved at once, paid, shipped: the flow to deploy. Whatever fails, whenever, is taken back whole.',
  coordinator: 'order-saga',
  begins: StartOrder,
  cancel: CancelOrderRequested,
  steps: [
    step(order.create,           TakeOrder,        { created: OrderTaken, refused: OrderRefused })
      .undo(order.cancel,        DropOrder,        OrderDropped),
    together(
      step(product.validate,     PriceOrder,       { valid: OrderPriced, invalid: OrderNotPriced }),
      step(inventory.reserve,    HoldStock,        { reserved: StockHeld, unavailable: StockShort })
        .undo(inventory.release, ReleaseStock,     StockReleased),
    ),
    step(payment.charge,         TakePayment,      { paid: PaymentTaken, declined: PaymentDeclined })
      .undo(payment.refund,      ReturnPayment,    PaymentReturned).within('15s', { attempts: 4 }),
    pivot(shipment.schedule,     ScheduleShipment, { scheduled: ShipmentScheduled, failed: ShipmentRefused })
      .undo(shipment.cancel,     CallOffShipment,  ShipmentCalledOff).within('15s', { attempts: 4 }),
    step(order.complete,         FinishOrder,      { completed: OrderFinished }),
  ],
  also: [
    later(shipment.fail,         { failed: ShipmentFailed }),
    on(OrderFinished, inventory.sell),
    on(anyOf(OrderTaken, OrderPriced, StockHeld, PaymentTaken, ShipmentScheduled, OrderFinished), history.record),
    on(anyOf(OrderRefused, OrderNotPriced, StockShort, PaymentDeclined, ShipmentRefused, ShipmentFailed), history.record),
    on(anyOf(CancelOrderRequested, CallOffShipment, ReturnPayment, ReleaseStock, DropOrder), history.record),
    on(anyOf(ShipmentCalledOff, PaymentReturned, StockReleased, OrderDropped), history.record),
  ],
});
