import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { command, type Message } from '@ensemble/flow';
import { sale } from '../fixtures/sale.ts';
import { altered, message, now, order } from '../fixtures/station.ts';
import { opened } from './letter.ts';

const stop = sale.messages.get('Stop') as Message;
const said = message('Stop', order(1));

describe('a message is opened and understood once for all that read it', () => {
  test('as what it is in its flow', () => {
    equal(opened(said, now), opened(said, now + 1));
    equal(opened(said, opened(said, now).envelope.time), opened(said, now));
    equal(opened(said, now).as(stop), opened(said, now).as(stop));
  });

  test('and anew as what it is in another', () => {
    const other = command('Stop', 'elsewhere', {});
    notEqual(opened(said, now).as(other), opened(said, now).as(stop));
    equal(opened(said, now).as(stop).envelope.id, `${order(1)}/Stop`);
  });

  test('but for one without a time, which is from when the log took it', () => {
    const timeless = altered(said, { time: undefined });
    deepEqual([opened(timeless, 99).envelope.time, opened(timeless, 100).envelope.time], [99, 100]);
  });
});

test("a foreign program's id gives way to the derived one", () => {
  equal(opened(altered(said, { id: 'theirs' }), now).as(stop).envelope.id, `${order(1)}/Stop`);
});

test('what does not fit tells no facts, and says why', () => {
  const told = opened(altered(said, { data: {} }), now).as(stop);
  ok('problem' in told);
  equal(told.problem, 'must have required properties orderId');
});
