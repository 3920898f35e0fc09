/** The names of the fifth document (steps 1 to 14, and its list of topics), as it writes them. The flow is compared with them. */
import type { DocumentList } from '@ensemble/flow';

export const document: DocumentList = {
  topics: [
    'order-saga-commands',
    'order-commands',
    'order-events',
    'product-commands',
    'product-events',
    'inventory-commands',
    'inventory-events',
    'payment-commands',
    'payment-events',
  ],
  messages: [
    { name: 'SagaCreateOrder' },
    { name: 'CreateOrder' },
    { name: 'OrderCreated' },
    { name: 'ValidateProducts' },
    { name: 'ProductsValidated' },
    { name: 'ReserveInventory' },
    { name: 'InventoryReserved' },
    { name: 'ProcessPayment' },
    { name: 'PaymentCompleted' },
    { name: 'CompleteOrder' },
    { name: 'OrderCompleted' },
  ],
};
