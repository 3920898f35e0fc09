/** The flow beside its document: the rows, what the coordinator asks, every path, and the table as it is printed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths, problemsOf, renderTable } from '@ensemble/flow';
import { createOrder } from './create-order.flow.ts';
import { document } from './document.ts';

const told = createOrder.rows.map(({ reader, on, does, says }) => [
  on.kind === 'message' ? on.message.key : on.kind,
  reader,
  does.name,
  Object.values(says).map((message) => message.key),
]);

test("its names are the document's", () => assert.deepEqual(problemsOf(createOrder, document), []));

test('who reads what, and says what', () =>
  assert.deepEqual(
    told.filter(([, reader]) => reader !== 'order-history'),
    [
      ['CreateOrder', 'order', 'order.create', ['OrderCreated', 'OrderCreateFailed']],
      ['ValidateProducts', 'product', 'product.validate', ['ProductsValidated', 'ProductsValidationFailed']],
      ['ReserveInventory', 'inventory', 'inventory.reserve', ['InventoryReserved', 'InventoryReserveFailed']],
      ['ProcessPayment', 'payment', 'payment.charge', ['PaymentCompleted', 'PaymentFailed']],
      ['CompleteOrder', 'order', 'order.complete', ['OrderCompleted']],
      ['OrderCompleted', 'inventory', 'inventory.sell', []],
      ['RefundPayment', 'payment', 'payment.refund', ['PaymentRefunded', 'PaymentRefunded']],
      ['ReleaseInventory', 'inventory', 'inventory.release', ['InventoryReleased', 'InventoryReleased']],
      ['CancelOrder', 'order', 'order.cancel', ['OrderCancelled', 'OrderCancelled']],
    ],
  ));

test('order history reads the five events of step 14, what refuses, what the customer takes back, and each undo with its answer', () =>
  assert.deepEqual(
    told.filter(([, reader]) => reader === 'order-history').map(([message]) => message),
    [
      'OrderCreated',
      'ProductsValidated',
      'InventoryReserved',
      'PaymentCompleted',
      'OrderCompleted',
      'OrderCreateFailed',
      'ProductsValidationFailed',
      'InventoryReserveFailed',
      'PaymentFailed',
      'CancelOrderRequested',
      'RefundPayment',
      'ReleaseInventory',
      'CancelOrder',
      'PaymentRefunded',
      'InventoryReleased',
      'OrderCancelled',
    ],
  ));

test('what the coordinator asks, in order', () => {
  const { plan } = createOrder;
  assert.deepEqual(
    [plan?.coordinator, plan?.begins, plan?.cancel, plan?.version, plan?.later],
    ['order-saga', 'SagaCreateOrder', 'CancelOrderRequested', createOrder.version, []],
  );
  assert.deepEqual(
    plan?.groups.flat().map(({ kind, says, undo, within, attempts }) => [kind, says, undo?.says ?? null, within, attempts]),
    [
      ['compensatable', 'CreateOrder', 'CancelOrder', 5_000, 5],
      ['compensatable', 'ValidateProducts', null, 5_000, 5],
      ['compensatable', 'ReserveInventory', 'ReleaseInventory', 5_000, 5],
      ['pivot', 'ProcessPayment', 'RefundPayment', 5_000, 5],
      ['retriable', 'CompleteOrder', null, 5_000, 5],
    ],
  );
});

test('every path', () => {
  const created = ['SagaCreateOrder', 'CreateOrder', 'OrderCreated', 'ValidateProducts'];
  const validated = [...created, 'ProductsValidated', 'ReserveInventory'];
  const reserved = [...validated, 'InventoryReserved', 'ProcessPayment'];
  const cancel = ['CancelOrder', 'OrderCancelled'];
  const release = ['ReleaseInventory', 'InventoryReleased', ...cancel];
  assert.deepEqual(Object.fromEntries(paths(createOrder).map(({ name, messages }) => [name, messages])), {
    completed: [...reserved, 'PaymentCompleted', 'CompleteOrder', 'OrderCompleted'],
    'order.create refused': ['SagaCreateOrder', 'CreateOrder', 'OrderCreateFailed'],
    'product.validate invalid': [...created, 'ProductsValidationFailed', ...cancel],
    'inventory.reserve unavailable': [...validated, 'InventoryReserveFailed', ...cancel],
    'payment.charge declined': [...reserved, 'PaymentFailed', ...release],
    'order.create unanswered': ['SagaCreateOrder', 'CreateOrder', ...cancel],
    'product.validate unanswered': [...created, ...cancel],
    'inventory.reserve unanswered': [...validated, ...release],
    'payment.charge unanswered': [...reserved, 'RefundPayment', 'PaymentRefunded', ...release],
    'cancelled by the customer': [...validated, 'InventoryReserved', 'CancelOrderRequested', ...release],
  });
});

test('as it is printed', () =>
  assert.equal(
    renderTable(createOrder),
    `create-order ${createOrder.version}, coordinated by order-saga

message                     topic                said by            read by                                           the order is
──────────────────────────  ───────────────────  ─────────────────  ────────────────────────────────────────────────  ────────────
SagaCreateOrder             order-saga-commands  gateway            order-saga                                        RUNNING
CreateOrder                 order-commands       order-saga         order.create                                      RUNNING
OrderCreated                order-events         order.create       order-saga, order-history.record                  RUNNING
OrderCreateFailed +         order-events         order.create       order-saga, order-history.record                  CANCELLED
ValidateProducts            product-commands     order-saga         product.validate                                  RUNNING
ProductsValidated           product-events       product.validate   order-saga, order-history.record                  RUNNING
ProductsValidationFailed +  product-events       product.validate   order-saga, order-history.record                  CANCELLING
ReserveInventory            inventory-commands   order-saga         inventory.reserve                                 RUNNING
InventoryReserved           inventory-events     inventory.reserve  order-saga, order-history.record                  RUNNING
InventoryReserveFailed +    inventory-events     inventory.reserve  order-saga, order-history.record                  CANCELLING
ProcessPayment              payment-commands     order-saga         payment.charge                                    RUNNING
PaymentCompleted            payment-events       payment.charge     order-saga, order-history.record                  RUNNING
PaymentFailed +             payment-events       payment.charge     order-saga, order-history.record                  CANCELLING
CompleteOrder               order-commands       order-saga         order.complete                                    RUNNING
OrderCompleted              order-events         order.complete     order-saga, inventory.sell, order-history.record  COMPLETED
CancelOrderRequested +      order-saga-commands  gateway            order-saga, order-history.record                  RUNNING
RefundPayment +             payment-commands     order-saga         order-history.record, payment.refund              CANCELLING
PaymentRefunded +           payment-events       payment.refund     order-saga, order-history.record                  CANCELLING
ReleaseInventory +          inventory-commands   order-saga         order-history.record, inventory.release           CANCELLING
InventoryReleased +         inventory-events     inventory.release  order-saga, order-history.record                  CANCELLING
CancelOrder +               order-commands       order-saga         order-history.record, order.cancel                CANCELLING
OrderCancelled +            order-events         order.cancel       order-saga, order-history.record                  CANCELLED

+ added by Ensemble, not in the document
`,
  ));
