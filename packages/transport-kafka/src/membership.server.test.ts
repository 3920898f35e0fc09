import { testServers } from '@ensemble/testkit/servers';
import { until } from '@ensemble/testkit/transport-conformance';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { kafkaTransport } from './main.ts';
import { Membership, type Place } from './membership.ts';
import { wiringOf } from './options.ts';

test('a member whose client gave up joins again', async (t) => {
  const prefix = `test-${randomUUID().slice(0, 8)}-`;
  const options = { brokers: testServers().kafkaBrokers.split(','), clientId: 'test', prefix };
  const transport = kafkaTransport(options);
  await transport.prepare(['orders'], 2);
  await transport.close();
  const shares: (readonly Place[])[] = [];
  const troubles: string[] = [];
  const membership = new Membership({
    wiring: wiringOf(options),
    group: 'readers',
    member: 'm',
    topics: ['orders'],
    events: {
      assigned: (places) => void shares.push(places),
      leaving: () => undefined,
      trouble: ({ message }) => void troubles.push(message),
      displaced: () => troubles.push('displaced'),
    },
  });
  t.after(() => membership.close());
  await membership.join();
  // what the client says, once, when a join of its own failed; its heart no longer beats then
  membership.consumer.emit('error', new Error('no answer'));
  await until(
    () => shares.length === 2,
    () => `${shares.length} shares`,
  );
  const whole = [0, 1].map((partition) => ({ topic: `${prefix}orders`, partition }));
  assert.deepEqual(shares, [whole, whole]);
  assert.deepEqual(troubles, ['The consumer group cannot be reached: no answer']);
});
