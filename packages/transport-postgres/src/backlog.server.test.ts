import { silentLog } from '@ensemble/engine';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeOffsets } from './offsets.ts';
import { messages, takeAll, testLog, within } from './test-log.ts';

const many = 30_000;
const kilobyte = (at: number): string => String(at).padEnd(1_024);

test('a subscription that takes nothing holds no more than its share in memory; the table has the rest, and nothing is lost', async (t) => {
  const log = await testLog(t);
  const transport = log.process();
  await transport.prepare(['orders'], 6);
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  const said = messages(many, kilobyte);
  for (let at = 0; at < many; at += 500) await transport.publish(said.slice(at, at + 500));
  assert.ok(subscription.full);
  const taken = takeAll(subscription, many + 1_000);
  const later = messages(1_000, (at) => `later ${at}`);
  await transport.publish(later);
  const values = (await taken).map(({ value }) => value);
  assert.deepEqual(
    values,
    [...said, ...later].map(({ value }) => value),
  );
});

test('what was deleted before a group had read it is said loudly, and counted; the memory held was bounded', async (t) => {
  const errors: Readonly<Record<string, unknown>>[] = [];
  const log = await testLog(t);
  const transport = log.process({ log: { ...silentLog, error: (fields) => errors.push(fields) } });
  await transport.prepare(['orders'], 6);
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  const said = messages(many, kilobyte);
  for (let at = 0; at < many; at += 500) await transport.publish(said.slice(at, at + 500));
  await log.link().query({ name: 'truncate', text: 'delete from entries where position <= 58' });
  const taken: string[] = [];
  while (taken.at(-1) !== kilobyte(many - 1)) {
    const batch = await subscription.take({ messages: 1_000, bytes: 524_288 }, AbortSignal.timeout(20_000));
    assert.notEqual(batch.length, 0, `nothing after ${taken.at(-1)}`);
    taken.push(...batch.map(({ value }) => value));
  }
  const held = taken.length - 1_000; // of the last two entries, which were not deleted
  assert.ok(held >= 7_500 && held <= 8_500, `${held} messages of 1 KiB were in memory`);
  assert.deepEqual(errors, [{ code: 'LOG_TRUNCATED', group: 'g', member: 'm', entries: (many - 1_000 - held) / 500 }]);
});

test('a group that begins late reads no more of the past into memory than its share, however small the log keeps it', async (t) => {
  const log = await testLog(t);
  const [sayer, reader] = [log.process(), log.process()];
  await sayer.prepare(['orders'], 6);
  const said = messages(many, kilobyte);
  for (let at = 0; at < many; at += 500) await sayer.publish(said.slice(at, at + 500));
  const subscription = await reader.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  assert.ok(await within(20_000, () => subscription.full));
  await log.link().query({ name: 'gone', text: 'delete from entries' });
  const held = (await subscription.take({ messages: many, bytes: many * 2_048 })).length;
  assert.ok(held >= 7_500 && held <= 10_000, `${held} messages of 1 KiB were in memory`);
});

test('a group that begins late reads all of the past while the log grows, in order', async (t) => {
  const log = await testLog(t);
  const [sayer, reader] = [log.process(), log.process()];
  await sayer.prepare(['orders'], 6);
  const past = messages(5_000, (at) => `past ${at}`);
  for (let at = 0; at < past.length; at += 50) await sayer.publish(past.slice(at, at + 50));
  const subscription = await reader.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  const present = messages(5_000, (at) => `present ${at}`);
  const taken = takeAll(subscription, past.length + present.length);
  for (let at = 0; at < present.length; at += 50) await sayer.publish(present.slice(at, at + 50));
  assert.deepEqual(
    (await taken).map(({ value }) => value),
    [...past, ...present].map(({ value }) => value),
  );
});

test('a log that was replaced by an earlier state of itself is read on from where that one says', async (t) => {
  const log = await testLog(t);
  const transport = log.process();
  await transport.prepare(['orders'], 6);
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  for (let round = 0; round < 5; round += 1) await transport.publish(messages(1, () => `before ${round}`));
  await takeAll(subscription, 5);
  await log.link().query({
    name: 'restore',
    text: `with e as (delete from entries where position > 2), o as (update offsets set position = 2 * 65536) update head set position = 2`,
  });
  // the second is repeated, because the restored offsets know nothing of it
  assert.deepEqual(
    (await takeAll(subscription, 1)).map(({ value }) => value),
    ['before 1'],
  );
  await transport.publish(messages(1, () => 'after'));
  assert.deepEqual(
    (await takeAll(subscription, 1)).map(({ value }) => value),
    ['after'],
  );
});

test('what was worked beyond the end of a restored log is not written into it: the group would skip what comes', async (t) => {
  const log = await testLog(t);
  const link = log.link();
  const transport = log.process({ pollInterval: 600_000 });
  await transport.prepare(['orders'], 6);
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  for (let round = 0; round < 5; round += 1) await transport.publish(messages(1));
  const taken = await subscription.take({ messages: 100, bytes: 100_000 });
  await link.query({ name: 'restore', text: 'with e as (delete from entries) update head set position = 0' });
  subscription.done(taken);
  await writeOffsets(link, [subscription], true);
  const [row] = await link.query({ name: 'highest', text: 'select max(position) / 65536 from offsets' });
  assert.deepEqual(row, ['1']);
});
