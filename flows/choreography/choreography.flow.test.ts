/** The flow beside its document: the registry's own table, who reacts to what, and every path. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths, problemsOf, renderTable } from '@ensemble/flow';
import { choreography } from './choreography.flow.ts';
import { document } from './document.ts';

test("its names and types are the document's", () => assert.deepEqual(problemsOf(choreography, document), []));

test('nobody coordinates', () => assert.deepEqual([choreography.coordinator, choreography.plan], [null, null]));

test("as a table it is the document's registry, to the letter", () =>
  assert.equal(
    renderTable(choreography, 'markdown'),
    `| Этап                                                  | Тип события  | Название (Событие)           |
|:------------------------------------------------------|:-------------|:-----------------------------|
| Создание заказа покупателем (начало сборки)           | domain       | \`OrderCreated\`               |
| Успешное резервирование товаров на складе             | domain       | \`InventoryReserved\`          |
| Сумма корзины не совпала или товара нет на складе     | failure      | \`InventoryReservationFailed\` |
| Успешная оплата заказа                                | domain       | \`PaymentSucceeded\`           |
| Ошибка оплаты (недостаточно средств / ошибка банка)   | failure      | \`PaymentFailed\`              |
| Отмена заказа (компенсация в стейт-машине)            | compensation | \`OrderCancelled\`             |
| Отмена резерва на складе (возврат товара на полку)    | compensation | \`InventoryReleased\`          |
| Возврат денег (если отмена произошла после оплаты)    | compensation | \`RefundSucceeded\`            |
| Успешное формирование заявки на доставку              | domain       | \`DeliveryScheduled\`          |
| Доставка неуспешна / Ошибка логистического провайдера | failure      | \`DeliveryFailed\`             |
`,
  ));

test('what an order is to people, message by message', () =>
  assert.deepEqual(
    [...choreography.places].map(([key, { status }]) => `${key} ${status}`),
    [
      'PlaceOrder RUNNING',
      'CancelOrderRequested RUNNING',
      'OrderCreated RUNNING',
      'OrderRejected CANCELLED',
      'InventoryReserved RUNNING',
      'InventoryReservationFailed CANCELLING',
      'PaymentSucceeded RUNNING',
      'PaymentFailed CANCELLING',
      'DeliveryScheduled RUNNING',
      'DeliveryFailed CANCELLING',
      'OrderCompleted COMPLETED',
      'OrderCancelled CANCELLING',
      'InventoryReleased CANCELLING',
      'NothingHeld CANCELLING',
      'RefundSucceeded CANCELLING',
      'NothingToRefund CANCELLING',
      'ShipmentCancelled CANCELLING',
      'NothingScheduled CANCELLING',
      'OrderSettled CANCELLED',
    ],
  ));

test('every path', () => {
  const paid = ['PlaceOrder', 'OrderCreated', 'InventoryReserved', 'PaymentSucceeded'];
  const completed = [...paid, 'DeliveryScheduled'];
  const nothing = ['OrderCancelled', 'NothingHeld', 'NothingToRefund', 'NothingScheduled', 'OrderSettled'];
  assert.deepEqual(Object.fromEntries(paths(choreography).map(({ name, messages }) => [name, messages])), {
    completed: [...completed, 'OrderCompleted'],
    'order.create refused': ['PlaceOrder', 'OrderRejected'],
    'inventory.reserve unavailable': ['PlaceOrder', 'OrderCreated', 'InventoryReservationFailed', ...nothing],
    'payment.charge declined': [
      'PlaceOrder',
      'OrderCreated',
      'InventoryReserved',
      'PaymentFailed',
      'OrderCancelled',
      'InventoryReleased',
      'NothingToRefund',
      'NothingScheduled',
      'OrderSettled',
    ],
    'shipment.schedule failed': [
      ...paid,
      'DeliveryFailed',
      'OrderCancelled',
      'InventoryReleased',
      'RefundSucceeded',
      'NothingScheduled',
      'OrderSettled',
    ],
    'later shipment.fail': [
      ...completed,
      'OrderCompleted',
      'DeliveryFailed',
      'OrderCancelled',
      'InventoryReleased',
      'RefundSucceeded',
      'ShipmentCancelled',
      'OrderSettled',
    ],
    'inventory.reserve unanswered': ['PlaceOrder', 'OrderCreated', ...nothing],
    'payment.charge unanswered': [
      'PlaceOrder',
      'OrderCreated',
      'InventoryReserved',
      'OrderCancelled',
      'InventoryReleased',
      'NothingToRefund',
      'NothingScheduled',
      'OrderSettled',
    ],
    'shipment.schedule unanswered': [...paid, 'OrderCancelled', 'InventoryReleased', 'RefundSucceeded', 'NothingScheduled', 'OrderSettled'],
    'cancelled by the customer': ['PlaceOrder', 'CancelOrderRequested', 'OrderCreated', ...nothing],
  });
});
