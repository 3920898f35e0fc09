import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { newOrderId } from './order-id.ts';

test('is a UUID of version 7: the time, then chance', () => {
  // The example of RFC 9562, appendix A.6.
  equal(
    newOrderId(0x017f22e279b0, () => '00000000-0000-4cc3-98c4-dc0c0c07398f'),
    '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
  );
  equal(new Set(Array.from({ length: 1_000 }, () => newOrderId(0))).size, 1_000);
});

test('sorts by the time it was made', () => {
  const ids = [1, 255, 256, 1_700_000_000_000, 1_700_000_000_001].map((now) => newOrderId(now));
  deepEqual(ids, ids.toSorted());
});
