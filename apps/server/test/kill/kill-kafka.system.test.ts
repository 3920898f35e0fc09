import { testServers } from '@ensemble/testkit/servers';
import { test } from 'node:test';
import { survives } from './survives.ts';

test('killed under load, on Kafka', () => survives({ broker: 'kafka', kills: 4, kafkaCache: testServers().kafkaCache }));
