import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { machineTimes, processTimes, residentBytes } from './proc.ts';

const stat = (name: string): string => `4711 (${name}) S 42 4711 4711 0 -1 4194560 5000 6000 7 8 1250 350 90 10 20 0 1 0 123456 1000 2000`;

test('a process: its parent, its CPU and that of its ended children', () => {
  deepEqual(processTimes(stat('postgres')), { parent: 42, cpu: 16, children: 1 });
});

test('a name may hold spaces and brackets', () => {
  deepEqual(processTimes(stat('tmux: (a) b) S 1 2')), { parent: 42, cpu: 16, children: 1 });
});

test('memory', () => {
  equal(residentBytes('Name:\tjava\nVmHWM:\t  9000 kB\nVmRSS:\t    4096 kB\nThreads:\t70\n'), 4_194_304);
  equal(residentBytes('Name:\tkthreadd\n'), 0);
});

test('the machine: the time of guests is in that of users already', () => {
  deepEqual(machineTimes('cpu  1000 200 300 4000 500 60 40 100 999 999\ncpu0 1 2 3 4\n'), { busy: 16, stolen: 1, all: 62 });
});
