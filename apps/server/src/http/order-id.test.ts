import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { newOrderId } from './order-id.ts';

test('is a UUID of version 7: the time, then chance', () => {
  // The example of RFC 9562, appendix A.6.
  const chance = Buffer.from('0000000000000cc318c4dc0c0c07398f', 'hex');
  equal(
    newOrderId(0x017f22e279b0, () => Buffer.from(chance)),
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  );
});

test('sorts by the time it was made', () => {
  const ids = [1, 255, 256, 1_700_000_000_000, 1_700_000_000_001].map((now) => newOrderId(now));
  deepEqual(ids, ids.toSorted());
});
