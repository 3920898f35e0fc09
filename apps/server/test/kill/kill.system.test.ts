import { test } from 'node:test';
import { survives } from './survives.ts';

test('killed under load, on the PostgreSQL log', () => survives('postgres', 6));
