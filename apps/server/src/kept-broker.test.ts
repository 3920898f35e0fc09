import { deepEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { formerBroker } from './kept-broker.ts';

test('the broker of the last start is told once, where it was another', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-broker-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const starts = (['postgres', 'postgres', 'kafka', 'kafka', 'postgres'] as const).map((broker) =>
    formerBroker(join(dir, 'data'), { broker }),
  );
  deepEqual(starts, [null, null, 'postgres', null, 'kafka']);
});
