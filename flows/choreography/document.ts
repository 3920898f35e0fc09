/**
 * The third document's registry of events: names and types, as it writes them, and what its system is to reach. The flow is compared
 * with the names; the bench measures the targets. It names no topics.
 */
import type { DocumentList } from '@ensemble/flow';

export const document: DocumentList = {
  headings: { about: 'Этап', tone: 'Тип события', name: 'Название (Событие)' },
  topics: ['order-events', 'inventory-events', 'payment-events', 'delivery-events'],
  messages: [
    { name: 'OrderCreated', tone: 'domain' },
    { name: 'InventoryReserved', tone: 'domain' },
    { name: 'InventoryReservationFailed', tone: 'failure' },
    { name: 'PaymentSucceeded', tone: 'domain' },
    { name: 'PaymentFailed', tone: 'failure' },
    { name: 'OrderCancelled', tone: 'compensation' },
    { name: 'InventoryReleased', tone: 'compensation' },
    { name: 'RefundSucceeded', tone: 'compensation' },
    { name: 'DeliveryScheduled', tone: 'domain' },
    { name: 'DeliveryFailed', tone: 'failure' },
  ],
  targets: { answerP98: 300, ordersADay: 40_000, historyWithout: ['payment', 'shipment'] },
};
