/** The names of the fourth document, as it writes them. The flow is compared with them. */
import type { DocumentList } from '@ensemble/flow';

export const document: DocumentList = {
  topics: [
    'order-created',
    'reserve-product',
    'product-reserved',
    'process-payment',
    'payment-processed',
    'cancel-product-reservation',
    'order-updated',
  ],
  messages: [
    { name: 'order-created' },
    { name: 'reserve-product' },
    { name: 'product-reserved' },
    { name: 'process-payment' },
    { name: 'payment-processed' },
    { name: 'cancel-product-reservation' },
    { name: 'order-updated' },
  ],
};
