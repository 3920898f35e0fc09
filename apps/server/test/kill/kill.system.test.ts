import { testServers } from '@ensemble/testkit/servers';
import { test } from 'node:test';
import { survives } from './survives.ts';

const victims = ['program', 'server', 'program', 'program and server', 'program'] as const;
test('killed under load, on the PostgreSQL log', () => survives({ broker: 'postgres', victims, kafkaCache: testServers().kafkaCache }));
