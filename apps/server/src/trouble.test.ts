import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@ensemble/engine';
import { trouble } from './trouble.ts';

test('is told when it begins, when it becomes another, and when it is over', () => {
  const lines: unknown[][] = [];
  const { met, over } = trouble({ ...silentLog, warn: (...line) => void lines.push(line) }, { what: 'Kafka' }, 'it does not start');
  over();
  for (const problem of ['no Java', 'no Java', 'the disk is full']) met(problem);
  over();
  met('no Java');
  deepEqual(lines, [
    [{ what: 'Kafka', problem: 'no Java' }, 'it does not start'],
    [{ what: 'Kafka', problem: 'the disk is full' }, 'it does not start'],
    [{ what: 'Kafka' }, 'it does not start: over'],
    [{ what: 'Kafka', problem: 'no Java' }, 'it does not start'],
  ]);
});
