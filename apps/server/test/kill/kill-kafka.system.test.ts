import { testServers } from '@ensemble/testkit/servers';
import { test } from 'node:test';
import { survives } from './survives.ts';

const victims = ['program', 'server', 'program and server'] as const;
test('killed under load, on Kafka', () => survives({ broker: 'kafka', victims, kafkaCache: testServers().kafkaCache }));
