import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { append } from './appender.ts';
import { readEntries } from './entries.ts';
import { messages, type TestLog, takeAll, testLog } from './test-log.ts';

const payload = '[["orders",0,"k",1]]\nv';
/** What anyone would write at first: numbers that are given out in one order and committed in another. */
const bySequence = `insert into entries (position, bytes, payload) select nextval('positions'), $1, $2 returning position`;

async function session(t: TestContext, { url, schema }: TestLog): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  t.after(() => client.end());
  return client;
}

/** Two appends, the first of which commits last; a reader looks in between and afterwards. Gives the positions that it saw. */
async function seenByReader(t: TestContext, statement: string): Promise<readonly number[]> {
  const log = await testLog(t);
  const link = log.link();
  await link.query({ name: 'sequence', text: 'create sequence positions' });
  const [slow, fast] = [await session(t, log), await session(t, log)];
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    const [row] = await link.query({ name: 'end', text: 'select coalesce(max(position), 0) from entries' });
    for (const { position } of await readEntries(link, seen.at(-1) ?? 0, Number(row?.[0]))) seen.push(position);
  };
  await slow.query('begin');
  await slow.query(statement, [0, payload]);
  let landed = false;
  const second = fast.query(statement, [0, payload]).then(() => {
    landed = true;
  });
  const waits = `select wait_event_type = 'Lock' from pg_stat_activity where pid = ${String((fast as pg.Client & { processID: number }).processID)}`;
  const settled = async (): Promise<boolean> => landed || (await link.query({ name: 'waits', text: waits }))[0]?.[0] === 't';
  for (let looks = 0; !(await settled()); looks += 1) assert.ok(looks < 10_000, 'the second append neither waits nor lands');
  await read();
  await slow.query('commit');
  await second;
  await read();
  return seen;
}

test('an append waits for the one before it, so that a reader sees every position', async (t) => {
  assert.deepEqual(await seenByReader(t, append.text), [1, 2]);
});

test('with positions from a sequence the same reader skips one', async (t) => {
  assert.deepEqual(await seenByReader(t, bySequence), [2]);
});

test('appends from two processes at once have positions without gaps, and a third process reads each of them, in order', async (t) => {
  const log = await testLog(t);
  const [first, second, third] = [log.process(), log.process(), log.process()];
  await first.prepare(['orders'], 6);
  const subscription = await third.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  const rounds = 200;
  const say = async (transport: typeof first, name: string): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) await transport.publish(messages(7, (at) => `${name}${round}.${at}`));
  };
  const [taken] = await Promise.all([takeAll(subscription, 2 * rounds * 7), say(first, 'a'), say(second, 'b')]);
  assert.equal(new Set(taken.map(({ value }) => value)).size, 2 * rounds * 7);
  assert.equal(taken.length, 2 * rounds * 7, 'none came twice');
  const offsets = taken.map(({ offset }) => offset);
  assert.deepEqual(
    offsets,
    offsets.toSorted((a, b) => (a < b ? -1 : 1)),
    'the order of the log, over all partitions',
  );
  const [row] = await log.link().query({ name: 'gaps', text: 'select count(*), min(position), max(position) from entries' });
  assert.deepEqual(row, [String(2 * rounds), '1', String(2 * rounds)]);
});

test('what one process says while an append is under way goes into the next one together', async (t) => {
  const log = await testLog(t);
  const transport = log.process();
  await transport.prepare(['orders'], 6);
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  await Promise.all(messages(1_000).map((message) => transport.publish([message])));
  const taken = await takeAll(subscription, 1_000);
  assert.deepEqual(
    taken.map(({ value }) => value),
    messages(1_000).map(({ value }) => value),
  );
  const [row] = await log.link().query({ name: 'count', text: 'select count(*) from entries' });
  assert.ok(Number(row?.[0]) <= 2, `${row?.[0]} appends`);
});
