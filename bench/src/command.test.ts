import { deepEqual, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { command } from './command.ts';
import type { Setting } from './setting.ts';

async function settingOf(...args: readonly string[]): Promise<Setting> {
  const told: Setting[] = [];
  const program = command(async (setting) => void told.push(setting));
  await program
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .parseAsync(args, { from: 'user' });
  return told[0] as Setting;
}

const usual: Setting = {
  transport: 'postgres',
  load: { kind: 'closed', inFlight: 256 },
  seconds: 15,
  warmUp: 8,
  partitions: 6,
  runs: 1,
  flow: 'create-order',
  declined: 5,
  http: 20,
  audit: true,
  json: false,
  keep: false,
  data: null,
  beside: null,
};

test('nothing said', async () => {
  deepEqual(await settingOf(), usual);
});

test('everything said', async () => {
  const words =
    '--transport kafka --rate 1000 --seconds 60 --warm-up 0 --partitions 1 --runs 3 --declined 2.5 --http 50 --no-audit --json --keep --data d';
  deepEqual(await settingOf(...words.split(' '), '--beside', 'other 256'), {
    ...usual,
    transport: 'kafka',
    load: { kind: 'open', rate: 1_000 },
    seconds: 60,
    warmUp: 0,
    partitions: 1,
    runs: 3,
    declined: 2.5,
    http: 50,
    audit: false,
    json: true,
    keep: true,
    data: 'd',
    beside: 'other 256',
  });
});

for (const [words, code] of [
  ['--rate 10 --in-flight 10', 'commander.conflictingOption'],
  ['--in-flight 0', 'commander.invalidArgument'],
  ['--http 0', 'commander.invalidArgument'],
  ['--seconds 1.5', 'commander.invalidArgument'],
  ['--declined 101', 'commander.invalidArgument'],
  ['--transport pigeon', 'commander.invalidArgument'],
  ['--flow none', 'commander.invalidArgument'],
] as const) {
  test(`${words} is refused`, () => rejects(settingOf(...words.split(' ')), { code }));
}
