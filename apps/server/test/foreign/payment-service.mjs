// A payment service as another team would write it: it knows the page of each flow, CloudEvents, and a Kafka client. None of Ensemble's
// packages, and none of Ensemble's extensions to the envelope.
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { randomUUID } from 'node:crypto';

const bootstrapBrokers = (process.env.KAFKA_BROKERS ?? '').split(',');
const prefix = process.env.TOPIC_PREFIX ?? '';
const limit = 1_000_000; // minor units: more than this it does not pay

const paid = (of) => ({ [of]: `foreign-${randomUUID()}` });

// What it answers, by the type of what it reads: a topic, a type, and the fields that the page lists.
const answers = {
  ProcessPayment: ({ orderId, total }) =>
    total > limit
      ? ['payment-events', 'PaymentFailed', { orderId, reason: 'over the limit' }]
      : ['payment-events', 'PaymentCompleted', { orderId, ...paid('paymentId') }],
  RefundPayment: ({ orderId }) => ['payment-events', 'PaymentRefunded', { orderId }],
  ProcessPaymentCommand: ({ orderId, price }) =>
    price > limit
      ? ['payment-events', 'PaymentProcessedFailedEvent', { orderId, reason: 'over the limit' }]
      : ['payment-events', 'PaymentProcessedEvent', { orderId, ...paid('paymentId') }],
  RefundPaymentCommand: ({ orderId }) => ['payment-events', 'PaymentRefundedEvent', { orderId }],
  'process-payment': ({ orderID, amount }) =>
    amount > limit
      ? ['payment-processed', 'payment-processed', { orderID, status: 'PAYMENT_REJECTED', reason: 'over the limit' }]
      : ['payment-processed', 'payment-processed', { orderID, status: 'PAYMENT_APPROVED', ...paid('paymentID') }],
  'refund-payment': ({ orderID }) => ['payment-refunded', 'payment-refunded', { orderID }],
};

const consumer = new Consumer({ groupId: `${prefix}foreign`, clientId: 'foreign', bootstrapBrokers, deserializers: stringDeserializers });
const producer = new Producer({ clientId: 'foreign', bootstrapBrokers, serializers: stringSerializers });
const topics = ['payment-commands', 'process-payment', 'refund-payment'].map((topic) => prefix + topic);
const stream = await consumer.consume({ topics, mode: 'earliest', autocommit: true, sessionTimeout: 10_000, heartbeatInterval: 500 });

/** Asked again, it says the same again. */
const given = new Map();

for await (const message of stream) {
  const event = JSON.parse(message.value);
  const answer = answers[event.type];
  if (answer === undefined) continue;
  const once = `${event.subject} ${event.type}`;
  if (!given.has(once)) given.set(once, answer(event.data));
  const [topic, type, data] = given.get(once);
  const said = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'urn:foreign:payment',
    type,
    subject: event.subject,
    time: new Date(),
    data,
  };
  await producer.send({ messages: [{ topic: prefix + topic, key: event.subject, value: JSON.stringify(said) }] });
}
