import { deepEqual, equal, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { type Session, SessionPool } from './pool.ts';

/** A server that opens a session, or refuses one, when the test says so. */
function server() {
  const lines: string[] = [];
  const asked: PromiseWithResolvers<void>[] = [];
  const sessions: { readonly session: Session; lose(): void }[] = [];
  const pool = new SessionPool<Session>({
    size: 2,
    log: (line) => lines.push(line),
    async open(onLost) {
      const may = Promise.withResolvers<void>();
      asked.push(may);
      await may.promise;
      let lost: Error | undefined;
      const session: Session = { lost: () => lost, destroy: () => undefined, close: async () => void (lost = new Error('closed')) };
      const lose = (): void => onLost(session, (lost = new Error('gone')));
      sessions.push({ session, lose });
      return session;
    },
  });
  const opens = async (): Promise<void> => {
    asked.at(-1)?.resolve();
    await new Promise(setImmediate);
  };
  const refuses = async (): Promise<void> => {
    asked.at(-1)?.reject(new Error('too many clients'));
    await new Promise(setImmediate);
  };
  return { pool, asked, sessions, lines, opens, refuses };
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

test('while none can be opened nobody waits, and it is tried until one is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pool, asked, lines, opens, refuses } = server();
  const [first, second] = [pool.take(), pool.take()];
  await Promise.all([refuses(), ...[first, second].map((waits) => rejects(waits, { code: 'STORE_UNAVAILABLE' }))]);
  await rejects(pool.take(), { code: 'STORE_UNAVAILABLE' });
  t.mock.timers.tick(20);
  await new Promise(setImmediate);
  await refuses();
  deepEqual([pool.problem(), asked.length], ['too many clients', 2]);
  t.mock.timers.tick(40);
  await new Promise(setImmediate);
  await opens();
  pool.give(await pool.take());
  deepEqual([pool.problem(), lines], [undefined, ['the database cannot be reached: too many clients', 'the database is back']]);
});

test('when a further one cannot be opened the first serves all, and it is tried until one is', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pool, sessions, lines, opens, refuses } = server();
  await opens();
  const first = await pool.take();
  const [second, third] = [pool.take(), pool.take()];
  for (const pause of [20, 40]) {
    await refuses();
    t.mock.timers.tick(pause);
    await new Promise(setImmediate);
  }
  equal(pool.problem(), undefined);
  pool.give(first);
  equal(await second, first);
  await opens();
  equal(await third, sessions[1]?.session);
  deepEqual(lines, ['no further database connection can be opened: too many clients', 'a further database connection is open']);
});

test('when that one is lost too, the database is away', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { pool, sessions, lines, opens, refuses } = server();
  await opens();
  await pool.take();
  const waits = pool.take();
  await refuses();
  sessions[0]?.lose();
  equal(pool.problem(), 'connecting');
  t.mock.timers.tick(20);
  await new Promise(setImmediate);
  await Promise.all([refuses(), rejects(waits, { code: 'STORE_UNAVAILABLE' })]);
  deepEqual([pool.problem(), lines.at(-1)], ['too many clients', 'the database cannot be reached: too many clients']);
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
  await opens();
  await closed;
});

test('closing waits for a session that is being opened, and says nothing of one that is not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  for (const end of ['opens', 'refuses'] as const) {
    const { pool, sessions, lines, [end]: answers } = server();
    let closed = false;
    const closing = pool.close().then(() => (closed = true));
    await new Promise(setImmediate);
    equal(closed, false);
    await answers();
    await closing;
    deepEqual([sessions.map(({ session }) => session.lost()?.message), lines], [end === 'opens' ? ['closed'] : [], []]);
  }
});

test('closing waits for no attempt to come, and not for ever for one that hangs', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const away = server();
  await away.refuses();
  await away.pool.close();
  const hangs = server();
  const closing = hangs.pool.close();
  t.mock.timers.tick(5_000);
  await closing;
  await hangs.opens();
  deepEqual(
    hangs.sessions.map(({ session }) => session.lost()?.message),
    ['closed'],
  );
});
