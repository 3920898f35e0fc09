/** The names of the first and second document (one system), as they write them. The flow is compared with them. */
import type { DocumentList } from '@ensemble/flow';

export const document: DocumentList = {
  topics: [
    'order-commands',
    'order-events',
    'product-commands',
    'product-events',
    'payment-commands',
    'payment-events',
    'shipment-commands',
    'shipment-events',
  ],
  messages: [
    { name: 'OrderCreatedEvent' },
    { name: 'ReserveProductCommand' },
    { name: 'ProductReservedEvent' },
    { name: 'ProcessPaymentCommand' },
    { name: 'PaymentProcessedEvent' },
    { name: 'CreateShipmentCommand' },
    { name: 'ShipmentCreatedEvent' },
    { name: 'ApproveOrderCommand' },
    { name: 'OrderApprovedEvent' },
    { name: 'PaymentProcessedFailedEvent' },
    { name: 'CancelProductReservationCommand' },
    { name: 'ProductReservationCancelledEvent' },
    { name: 'RejectOrderCommand' },
    { name: 'OrderRejectedEvent' },
  ],
};
