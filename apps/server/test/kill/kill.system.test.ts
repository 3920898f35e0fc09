import { testServers } from '@ensemble/testkit/servers';
import { test } from 'node:test';
import { survives } from './survives.ts';

test('killed under load, on the PostgreSQL log', () => survives({ broker: 'postgres', kills: 5, kafkaCache: testServers().kafkaCache }));
