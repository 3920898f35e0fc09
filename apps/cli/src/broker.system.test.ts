import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { ensemble, started } from '../fixtures/program.ts';

test('the same on a Kafka of its own, which goes when the program ends', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'ensemble-cli-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const system = await started(t, ['--broker', 'kafka', '--ephemeral', '--port', '0', '--data', dir], {
    KAFKA_BROKERS: '',
    ENSEMBLE_KAFKA_CACHE: testServers().kafkaCache,
  });
  const place = (...args: string[]) =>
    ensemble(t, ['order', 'place', '--product', 'keyboard:1', '--watch', '--url', system.url, ...args]).ended;

  const paid = await place();
  equal(paid.code, 0, paid.out + paid.err);
  match(paid.out, /^COMPLETED after/m);
  const refused = await place('--payment', 'declined-card');
  equal(refused.code, 3, refused.out + refused.err);
  match(refused.out, /^CANCELLED after .*: declined-card was declined$/m);

  system.kill('SIGINT');
  const { code, out } = await system.ended;
  match(out, /^ +broker +Apache Kafka at /m);
  deepEqual([code, out.trimEnd().split('\n').at(-1)], [0, 'Stopped.']);
});
