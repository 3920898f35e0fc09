import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registry } from '../../fixtures/registry.ts';
import { oneProduct } from '../../fixtures/one-product.ts';
import { type Path, paths, renderPage, renderSequence, renderStates, renderTable } from '../main.ts';

const path = (name: string): Path => paths(registry).find((one) => one.name === name) ?? { name, messages: [] };

test('a flow as a table of its messages', () =>
  assert.equal(
    renderTable(oneProduct).split('\n').slice(1).join('\n'),
    `
message                             topic                          said by             read by                         the order is
──────────────────────────────────  ─────────────────────────────  ──────────────────  ──────────────────────────────  ────────────
PlaceOrder +                        order-requests                 gateway             order.create                    RUNNING
order-created/ORDER_CREATED         order-created                  order.create        order-orchestrator              RUNNING
reserve-product                     reserve-product                order-orchestrator  inventory.reserve               RUNNING
product-reserved/AVAILABLE          product-reserved               inventory.reserve   order-orchestrator              RUNNING
product-reserved/UNAVAILABLE        product-reserved               inventory.reserve   order-orchestrator              CANCELLING
process-payment                     process-payment                order-orchestrator  payment.charge                  RUNNING
payment-processed/PAYMENT_APPROVED  payment-processed              payment.charge      order-orchestrator              RUNNING
payment-processed/PAYMENT_REJECTED  payment-processed              payment.charge      order-orchestrator              CANCELLING
order-updated/ORDER_COMPLETED       order-updated                  order-orchestrator  order.complete, inventory.sell  COMPLETED
CancelOrderRequested +              order-requests                 gateway             order-orchestrator              RUNNING
refund-payment +                    refund-payment                 order-orchestrator  payment.refund                  CANCELLING
payment-refunded +                  payment-refunded               payment.refund      order-orchestrator              CANCELLING
cancel-product-reservation          cancel-product-reservation     order-orchestrator  inventory.release               CANCELLING
product-reservation-cancelled +     product-reservation-cancelled  inventory.release   order-orchestrator              CANCELLING
order-updated/ORDER_CANCELLED       order-updated                  order-orchestrator  history.record, order.cancel    CANCELLED

+ added by Ensemble, not in the document
`,
  ));

test('a flow as a table for Markdown', () =>
  assert.deepEqual(
    renderTable({ ...registry, document: null }, 'markdown')
      .split('\n')
      .slice(0, 7),
    [
      '| Stage | Type | Message | Topic | Said by | Read by |',
      '| --- | --- | --- | --- | --- | --- |',
      '|  | command | `PlaceOrder` (added) | `order-requests` | gateway | order.create |',
      '|  | command | `CancelOrderRequested` (added) | `order-requests` | gateway | order.cancel |',
      '| A customer places an order | domain | `OrderCreated` | `order-events` | order.create | inventory.reserve |',
      '| Its products are reserved | domain | `InventoryReserved` | `inventory-events` | inventory.reserve | payment.charge |',
      '| The total is another, or too little is there | failure | `InventoryReservationFailed` | `inventory-events` | inventory.reserve | order.cancel |',
    ],
  ));

test('a flow whose document has a registry as that registry: its headings, its order, its rows alone', () =>
  assert.equal(
    renderTable(registry, 'markdown'),
    `| Stage                                        | Kind of event | Event                        |
|:---------------------------------------------|:--------------|:-----------------------------|
| A customer places an order                   | domain        | \`OrderCreated\`               |
| Its products are reserved                    | domain        | \`InventoryReserved\`          |
| The total is another, or too little is there | failure       | \`InventoryReservationFailed\` |
| It is paid                                   | domain        | \`PaymentSucceeded\`           |
| It is not paid                               | failure       | \`PaymentFailed\`              |
| It is taken back                             | compensation  | \`OrderCancelled\`             |
| Its products are back                        | compensation  | \`InventoryReleased\`          |
| Its money is back                            | compensation  | \`RefundSucceeded\`            |
| A parcel is on its way                       | domain        | \`DeliveryScheduled\`          |
| No parcel arrives                            | failure       | \`DeliveryFailed\`             |
`,
  ));

test('a path as a sequence, with the names of the document', () =>
  assert.equal(
    renderSequence(registry, path('payment.charge declined')),
    `sequenceDiagram
  participant gateway as gateway
  participant order as OMS
  participant inventory as Inventory Service
  participant payment as Payment Service
  participant shipment as Logistics Service
  participant history as OrderHistory
  gateway->>order: PlaceOrder
  order-->>inventory: OrderCreated
  inventory-->>payment: InventoryReserved
  payment-->>order: PaymentFailed
  order-->>inventory: OrderCancelled
  order-->>payment: OrderCancelled
  order-->>shipment: OrderCancelled
  order--)history: OrderCancelled
  inventory-->>order: InventoryReleased
  payment-->>order: NothingToRefund
  shipment-->>order: NothingScheduled
  order--)history: OrderSettled
`,
  ));

test('what an order is, as a state diagram', () =>
  assert.equal(
    renderStates(registry),
    `stateDiagram-v2
  [*] --> ACCEPTED
  ACCEPTED --> RUNNING: PlaceOrder
  RUNNING --> COMPLETED: DeliveryScheduled
  RUNNING --> CANCELLING: InventoryReservationFailed, PaymentFailed, DeliveryFailed, OrderCancelled
  CANCELLING --> CANCELLED: OrderSettled
  COMPLETED --> CANCELLING: DeliveryFailed
  CANCELLING --> FAILED: an undo was given up
  FAILED --> CANCELLING: a person goes on
  COMPLETED --> [*]
  CANCELLED --> [*]
`,
  ));

/** The part of a page under this heading, up to the next. */
const under = (heading: string): string =>
  renderPage(oneProduct)
    .split(/^#+ /m)
    .find((part) => part.startsWith(`${heading}\n`)) ?? '';

test('a seat on a page: what it reads, does and says, and how long it is waited for', () =>
  assert.equal(
    under('The seat of payment'),
    `The seat of payment

It reads \`process-payment\`, \`refund-payment\`.

| When it reads | It does | And says |
| --- | --- | --- |
| [\`process-payment\`](#process-payment) | \`payment.charge\`; asked again every 5 s, 5 times in all, and then taken back | [\`payment-processed/PAYMENT_APPROVED\`](#payment-processedpayment_approved) (paid) or [\`payment-processed/PAYMENT_REJECTED\`](#payment-processedpayment_rejected) (declined) |
| [\`refund-payment\`](#refund-payment) | \`payment.refund\`; takes \`payment.charge\` back; asked again every 5 s until it answers; after 15 min a person is needed | [\`payment-refunded\`](#payment-refunded) (refunded, nothing) |
`,
  ));

test('a message on a page: its fields, which facts they are, and an example', () =>
  assert.equal(
    under('payment-processed/PAYMENT_REJECTED'),
    `payment-processed/PAYMENT_REJECTED

A \`payment-processed\` whose field \`status\` is \`PAYMENT_REJECTED\`. On \`payment-processed\`, said by \`payment.charge\` and read by \`order-orchestrator\`.

| Field of \`data\` | JSON | Required | Fact |
| --- | --- | --- | --- |
| \`orderID\` | string | yes | \`orderId\` |
| \`reason\` | string | yes | \`reason\` |
| \`status\` | \`"PAYMENT_REJECTED"\` | yes | tells this message from others of its name |

\`\`\`json
{
  "specversion": "1.0",
  "id": "01920000-0000-7000-8000-000000000001/payment-processed/PAYMENT_REJECTED",
  "source": "/ensemble/payment",
  "type": "payment-processed",
  "subject": "01920000-0000-7000-8000-000000000001",
  "time": "2026-01-01T12:00:00Z",
  "data": {
    "orderID": "01920000-0000-7000-8000-000000000001",
    "reason": "some reason",
    "status": "PAYMENT_REJECTED"
  }
}
\`\`\`

`,
  ));
