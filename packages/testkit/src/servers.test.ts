import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testServers } from './servers.ts';

test('each server is asked for alone', () => {
  const servers = testServers({ TEST_DATABASE_URL: 'postgres://here' });
  assert.equal(servers.databaseUrl, 'postgres://here');
  assert.throws(() => servers.kafkaBrokers, /TEST_KAFKA_BROKERS is not set.*npm test -- <file>/);
});
