import { test } from 'node:test';
import { survives } from './survives.ts';

test('killed under load, on Kafka', () => survives('kafka', 5));
