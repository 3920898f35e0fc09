/** /metrics counts what happened, however often it is told. */
import { seal, unseal } from '@ensemble/engine';
import { createOrder } from '@ensemble/create-order';
import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { type Desk, keyboard, openDesk } from '../../test/desk.ts';
import { until } from '../../test/until.ts';

/** Says a message of the order again, as if it had been said a second before: its history takes that in. */
async function sayAgain(desk: Desk, orderId: string, message: string): Promise<void> {
  const topic = createOrder.messages.get(message)?.topic ?? '';
  for (const partition of [0, 1, 2])
    for (let offset = 0n; offset < desk.log.end({ topic, partition }); offset += 1n) {
      const envelope = unseal(desk.log.read({ topic, partition }, offset)?.value ?? '', 0);
      if (envelope.id !== `${orderId}/${message}`) continue;
      const time = envelope.time - 1_000;
      await desk.system.transport.publish([{ topic, key: orderId, value: seal({ ...envelope, time }) }]);
      return until(
        async () =>
          new RegExp(`"${new Date(time).toISOString()}"`).test(JSON.stringify((await desk.get(`/api/orders/${orderId}/timeline`)).body)),
        () => `${message} was not heard again`,
      );
    }
  throw new Error(`${message} was not said`);
}

test('an order counts once as ended, whatever is told about it afterwards', async (t) => {
  const desk = await openDesk();
  t.after(() => desk.close());
  const counted = async (status: string) =>
    new RegExp(`ensemble_orders_ended_total\\{status="${status}"\\} (\\d+)`).exec((await desk.get('/metrics')).body)?.[1];
  for (const [status, paymentMethod, message] of [
    ['COMPLETED', 'wallet', 'PaymentCompleted'],
    ['CANCELLED', 'declined-card', 'OrderCreated'],
  ] as const) {
    const orderId = await desk.place({ ...keyboard, paymentMethod });
    await desk.reaches(orderId, status);
    equal(await counted(status), '1');
    await sayAgain(desk, orderId, message);
    equal(await counted(status), '1', message);
  }
});
