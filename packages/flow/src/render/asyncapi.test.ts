import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parser } from '@asyncapi/parser';
import { registry } from '../../fixtures/registry.ts';
import { oneProduct } from '../../fixtures/one-product.ts';
import { codecOf } from '../codec.ts';
import { type Flow, renderAsyncApi } from '../main.ts';

const parser = new Parser();

/** Whatever it finds, but that there is a newer version than 3.0. */
async function findings(text: string): Promise<readonly string[]> {
  const { diagnostics } = await parser.parse(text);
  return diagnostics
    .filter(({ code }) => code !== 'asyncapi-latest-version')
    .map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);
}

for (const flow of [registry, oneProduct])
  test(`${flow.name}: AsyncAPI's own parser takes it`, async () => assert.deepEqual(await findings(renderAsyncApi(flow)), []));

test('the parser reads it: a message that is not there is found', async () => {
  const [path, other] = ['#/channels/order-events/messages/OrderCreated', '#/channels/order-events/messages/OrderMade'];
  assert.deepEqual(await findings(renderAsyncApi(registry).replaceAll(path, other)), [
    `invalid-ref operations.order.send.order-events.messages.0.$ref: '${other}' does not exist`,
  ]);
});

type Document = {
  readonly channels: Record<string, { readonly messages: object }>;
  readonly operations: Record<string, { readonly [field: string]: unknown }>;
  readonly components: {
    readonly messages: Record<string, { readonly examples: readonly { readonly payload: { readonly data: unknown } }[] }>;
  };
};
const read = (flow: Flow): Document => JSON.parse(renderAsyncApi(flow)) as Document;

test('its channels are the topics, with the messages on each; a variant is a message of its own', () =>
  assert.deepEqual(
    Object.entries(read(oneProduct).channels)
      .map(([topic, { messages }]) => [topic, Object.keys(messages)])
      .slice(0, 5),
    [
      ['order-requests', ['PlaceOrder', 'CancelOrderRequested']],
      ['order-created', ['order-created.ORDER_CREATED']],
      ['reserve-product', ['reserve-product']],
      ['product-reserved', ['product-reserved.AVAILABLE', 'product-reserved.UNAVAILABLE']],
      ['process-payment', ['process-payment']],
    ],
  ));

test('its operations are what each participant receives and sends, by the names of the document', () => {
  const { operations } = read(registry);
  assert.deepEqual(
    Object.keys(operations).filter((id) => id.startsWith('payment.')),
    ['payment.receive.order-events', 'payment.receive.inventory-events', 'payment.send.payment-events'],
  );
  assert.deepEqual(operations['payment.receive.inventory-events'], {
    action: 'receive',
    title: 'Payment Service reads on inventory-events',
    description: 'InventoryReserved: payment.charge, which says PaymentSucceeded (paid) or PaymentFailed (declined).',
    tags: [{ name: 'Payment Service' }],
    channel: { $ref: '#/channels/inventory-events' },
    messages: [{ $ref: '#/channels/inventory-events/messages/InventoryReserved' }],
  });
});

test('a message: what the document says of it, whose it is, how it is told apart, and an example that its own check takes', () => {
  const { messages } = read(oneProduct).components;
  assert.deepEqual(messages['order-updated.ORDER_COMPLETED'], {
    name: 'order-updated',
    title: 'order-updated/ORDER_COMPLETED',
    description: 'Said by order-orchestrator; read by order.complete, inventory.sell. The order is COMPLETED then.',
    tags: [{ name: 'domain' }],
    contentType: 'application/cloudevents+json',
    bindings: { kafka: { key: { type: 'string', format: 'uuid' }, bindingVersion: '0.5.0' } },
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        {
          type: 'object',
          properties: {
            type: { const: 'order-updated' },
            data: {
              type: 'object',
              required: ['orderID', 'status'],
              properties: {
                orderID: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[^\\u0000\\uD800-\\uDFFF]*$' },
                status: { type: 'string', const: 'ORDER_COMPLETED' },
              },
            },
          },
          required: ['type', 'data'],
        },
      ],
    },
    examples: [
      {
        name: 'order-updated.ORDER_COMPLETED',
        payload: {
          specversion: '1.0',
          id: '01920000-0000-7000-8000-000000000001/order-updated/ORDER_COMPLETED',
          source: '/ensemble/order-orchestrator',
          type: 'order-updated',
          subject: '01920000-0000-7000-8000-000000000001',
          time: '2026-01-01T12:00:00Z',
          data: { orderID: '01920000-0000-7000-8000-000000000001', status: 'ORDER_COMPLETED' },
        },
      },
    ],
  });
  for (const flow of [registry, oneProduct])
    for (const message of flow.messages.values()) {
      const [example] = read(flow).components.messages[message.key.replace('/', '.')]?.examples ?? [];
      assert.equal(codecOf(message).problem(example?.payload.data), null, message.key);
    }
});
