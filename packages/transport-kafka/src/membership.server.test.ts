import { testServers } from '@ensemble/testkit/servers';
import { until } from '@ensemble/testkit/transport-conformance';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { kafkaTransport } from './main.ts';
import { Membership, type Place } from './membership.ts';
import { wiringOf } from './options.ts';

const newPrefix = (): string => `test-${randomUUID().slice(0, 8)}-`;

/** A member of a group on a topic of two partitions, and what it was told. */
async function member(t: TestContext, name = 'm', prefix = newPrefix()) {
  const options = { brokers: testServers().kafkaBrokers.split(','), clientId: 'test', prefix };
  const transport = kafkaTransport(options);
  await transport.prepare(['orders'], 2);
  await transport.close();
  const shares: (readonly Place[])[] = [];
  const troubles: string[] = [];
  const membership = new Membership({
    wiring: wiringOf(options),
    group: 'readers',
    member: name,
    topics: ['orders'],
    events: {
      assigned: (places) => void shares.push(places),
      leaving: () => undefined,
      trouble: ({ message }) => void troubles.push(message),
      displaced: () => troubles.push('displaced'),
    },
  });
  t.after(() => membership.close());
  const whole = [0, 1].map((partition) => ({ topic: `${prefix}orders`, partition }));
  return { membership, shares, troubles, whole };
}

test('a member whose client gave up joins again', async (t) => {
  const { membership, shares, troubles, whole } = await member(t);
  await membership.enter(10_000);
  // what the client says, once, when a join of its own failed; its heart no longer beats then
  membership.consumer.emit('error', new Error('no answer'));
  await until(
    () => shares.length === 2,
    () => `${shares.length} shares`,
  );
  assert.deepEqual(shares, [whole, whole]);
  assert.deepEqual(troubles, ['The consumer group cannot be reached: no answer']);
});

test('a broker that does not lead the group yet is asked again', async (t) => {
  const { membership, shares, whole } = await member(t);
  const join = membership.consumer.joinGroup.bind(membership.consumer);
  let refusals = 2;
  t.mock.method(membership.consumer, 'joinGroup', async () => {
    refusals -= 1;
    if (refusals >= 0) throw new Error('This is not the correct coordinator.');
    return join({});
  });
  await membership.enter(10_000);
  assert.deepEqual(shares, [whole]);
});

test('one that never does is not asked for ever, and its reason is told', async (t) => {
  const { membership } = await member(t);
  const asked = t.mock.method(membership.consumer, 'joinGroup', () => Promise.reject(new Error('This is not the correct coordinator.')));
  await assert.rejects(membership.enter(1_000), {
    code: 'TRANSPORT_UNAVAILABLE',
    message: 'Group readers could not be joined: This is not the correct coordinator.',
  });
  assert.equal(asked.mock.callCount(), 4); // after 0, 100, 300 and 700 ms
});

test('a member that leaves while the group shares out anew leaves no timer behind', { timeout: 15_000 }, async (t) => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const prefix = newPrefix();
  const [one, other] = [await member(t, 'one', prefix), await member(t, 'other', prefix)];
  await one.membership.enter(10_000);
  const left = Promise.withResolvers<void>();
  // what it hears when the other comes, right before its client joins again
  one.membership.consumer.once('consumer:group:rebalance', () => left.resolve(one.membership.close()));
  await other.membership.enter(10_000);
  await left.promise;
  await other.membership.close();
  // any would hold the process: for 20 s, or for ever where it sets the next
  await until(
    () => timers() <= before, // those of an earlier test may end meanwhile
    () => `${timers()} timers, ${before} before`,
  );
});
