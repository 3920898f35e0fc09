import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Session, SessionPool } from './pool.ts';

/** A server that opens a session when the test says so. */
function server() {
  const asked: PromiseWithResolvers<void>[] = [];
  const sessions: { readonly session: Session; lose(): void }[] = [];
  const pool = new SessionPool<Session>({
    size: 2,
    log: () => undefined,
    async open(onLost) {
      const may = Promise.withResolvers<void>();
      asked.push(may);
      await may.promise;
      let lost: Error | undefined;
      const session: Session = { lost: () => lost, destroy: () => undefined, close: async () => undefined };
      const lose = (): void => onLost(session, (lost = new Error('gone')));
      sessions.push({ session, lose });
      return session;
    },
  });
  const opens = async (): Promise<void> => {
    asked.at(-1)?.resolve();
    await new Promise(setImmediate);
  };
  return { pool, asked, sessions, opens };
}

test('one session is opened unasked, and serves as long as one at a time is wanted', async () => {
  const { pool, asked, opens } = server();
  equal(pool.problem(), 'connecting');
  const first = pool.take(); // before it is there: no second one is wanted
  await opens();
  for (let times = 0, session = await first; times < 3; times += 1, session = await pool.take()) pool.give(session);
  deepEqual([asked.length, pool.problem()], [1, undefined]);
});

test('another is opened when all are taken, up to the size; who waits is given what is there first', async () => {
  const { pool, asked, sessions, opens } = server();
  await opens();
  const first = await pool.take();
  const [second, third, fourth] = [pool.take(), pool.take(), pool.take()];
  equal(asked.length, 2);
  pool.give(first); // sooner than the other is open
  equal(await second, first);
  await opens();
  equal(await third, sessions[1]?.session);
  pool.give(first);
  equal(await fourth, first);
  equal(asked.length, 2);
});

test('lost ones are replaced without anyone asking, as many as were wanted', async () => {
  const { pool, asked, sessions, opens } = server();
  await opens();
  const taken = [await pool.take(), pool.take()] as const;
  await opens();
  pool.give(taken[0]);
  pool.give(await taken[1]);
  for (const { lose } of sessions) lose();
  equal(pool.problem(), 'connecting');
  for (let times = 0; times < 2; times += 1) await opens();
  deepEqual([asked.length, pool.problem()], [4, undefined]);
});

test('a closed pool gives nobody a session', async () => {
  const { pool, opens } = server();
  await opens();
  const taken = await pool.take();
  const waits = pool.take();
  const closed = pool.close();
  await rejects(waits, { code: 'STORE_UNAVAILABLE' });
  await rejects(pool.take(), { code: 'STORE_UNAVAILABLE' });
  pool.give(taken);
  await closed;
});
