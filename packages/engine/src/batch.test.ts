import { deepEqual, equal, rejects } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EnsembleError, type ErrorCode } from '@ensemble/errors';
import type { FaultPoint } from '@ensemble/store-memory';
import * as fc from 'fast-check';
import { counters, counting, counts } from '../fixtures/counting.ts';
import { pack, runBatch, unpack } from './batch.ts';
import { parkingLimit } from './parking.ts';
import { table, text } from './store.ts';
import { parked } from './tables.ts';
import { maxMessageBytes } from './transport.ts';
import { nothing, type Work } from './work.ts';

const isBroken = (): never => {
  throw new TypeError('a bug');
};
/** Fails the first so many times at a point, with this code. */
function faulty(point: FaultPoint, code: ErrorCode, times: number) {
  const struck: FaultPoint[] = [];
  const fault = (at: FaultPoint): void => {
    if (at !== point || struck.length >= times) return;
    struck.push(at);
    throw new EnsembleError(code, 'a fault of the test');
  };
  return { fault, struck };
}

describe('a batch', () => {
  test('is one transaction: each decision sees the one before, and all that was said is one outbox row', async () => {
    const { run, rows, said } = counting();
    const committed = await run(counts('a'), counts('b'), counts('a', { by: 5 }));
    deepEqual(
      committed.map(({ outboxId, changes }) => ({ outboxId, changes: changes.map(({ table: { name } }) => name) })),
      [{ outboxId: '00000000-0000-4000-8000-000000000001', changes: ['counters', 'outbox'] }],
    );
    deepEqual(
      committed[0]?.said.map(({ value }) => value),
      ['"a is 1"', '"b is 1"', '"a is 6"'],
    );
    deepEqual(await rows(), { a: 6, b: 1 });
    deepEqual(await said(), [['a is 1', 'b is 1', 'a is 6']]);
  });

  test('that says nothing leaves no outbox row', async () => {
    const { run, said } = counting();
    const [committed] = await run({ ...counts('a'), decide: () => nothing });
    deepEqual([committed?.outboxId, committed?.changes], [null, []]);
    deepEqual(await said(), []);
  });

  test('takes along the outbox rows that were published, and forgets them once it is committed', async () => {
    const { run, said, published, setting } = counting();
    const [first] = await run(counts('a'));
    published.add(first?.outboxId ?? '');
    await rejects(
      async () => {
        const store = counting(faulty('commit', 'STORE_UNAVAILABLE', 1)).store;
        for await (const _ of runBatch({ ...setting, store }, [counts('a')]));
      },
      { code: 'STORE_UNAVAILABLE' },
    );
    equal(published.size, 1);
    await run(counts('a'));
    deepEqual(await said(), [['a is 2']]);
    equal(published.size, 0);
  });

  test('loads table by table, so that keys may come from what was loaded before', async () => {
    const owners = table('owners', ['id'], { id: text, counter: text });
    const { setting, store, rows } = counting();
    await (await store.begin()).commit([{ table: owners, insert: [{ id: 'o', counter: 'a' }] }]);
    const work: Work = {
      ...counts('a'),
      keys: (of, working) => (of === owners ? [['o']] : [[working.get(owners, ['o'])?.['counter'] as string]]),
    };
    for await (const _ of runBatch({ ...setting, tables: [owners, counters] }, [work]));
    deepEqual(await rows(), { a: 1 });
  });

  test('of nothing is a batch too', async () => deepEqual(await counting().run(), [{ outboxId: null, said: [], changes: [] }]));
});

describe('a decision that throws', () => {
  test('is put aside in the transaction that takes the others', async () => {
    const { run, rows, aside, asides } = counting();
    const committed = await run(counts('a'), counts('b', { decide: isBroken }), counts('c'));
    equal(committed.length, 1);
    deepEqual(await rows(), { a: 1, c: 1 });
    deepEqual(await aside(), [
      {
        messageId: 'count b by 1',
        reader: 'counter',
        orderId: 'b',
        topic: 'numbers',
        message: '{}',
        reason: 'TypeError: a bug',
        attempts: 1,
        dead: false,
        nextAt: 5500,
        parkedAt: 5_000,
      },
    ]);
    deepEqual(asides, await aside());
  });

  test('so are keys that throw', async () => {
    const { run, rows, aside } = counting();
    await run(counts('a', { keys: isBroken }), counts('b'));
    deepEqual(await rows(), { b: 1 });
    deepEqual(
      (await aside()).map(({ reason }) => reason),
      ['TypeError: a bug'],
    );
  });

  test('so is one that reads what its keys did not name', async () => {
    const { run, aside } = counting();
    await run(counts('a', { keys: () => [] }));
    deepEqual(
      (await aside()).map(({ reason }) => reason),
      ['Error: a decision reads counters a, which its keys did not name'],
    );
  });

  test('that comes again while it waits: no attempt, however often', async () => {
    const { run, aside } = counting();
    const broken = counts('b', { decide: isBroken });
    for (let times = 0; times < 10; times += 1) await run(broken, broken);
    deepEqual(
      (await aside()).map(({ attempts, dead }) => [attempts, dead]),
      [[1, false]],
    );
  });

  test('tried again: one more attempt in the same row, and at last a dead letter', async () => {
    const { run, aside } = counting();
    const broken = counts('b', { decide: isBroken, stillWaits: () => true });
    await run(broken, broken); // two readings of one message: one attempt
    await run(broken);
    await run(broken);
    deepEqual(
      (await aside()).map(({ attempts, dead }) => [attempts, dead]),
      [[3, false]],
    );
    for (let attempt = 4; attempt <= parkingLimit; attempt += 1) await run(broken, broken);
    deepEqual(
      (await aside()).map(({ attempts, dead, nextAt }) => [attempts, dead, nextAt]),
      [[8, true, null]],
    );
  });

  test('what can never be taken is a dead letter at once', async () => {
    const { run, aside } = counting();
    await run(counts('a', { decide: () => ({ dead: 'it does not fit' }) }));
    deepEqual(
      (await aside()).map(({ reason, dead }) => [reason, dead]),
      [['it does not fit', true]],
    );
  });

  test('a dead letter is told once, however often its message comes again', async () => {
    const { run, aside, asides } = counting();
    const unfit = counts('a', { decide: () => ({ dead: 'it does not fit' }) });
    const broken = counts('b', { decide: isBroken });
    for (let times = 0; times < 3; times += 1) await run(unfit, broken);
    deepEqual(
      asides.map(({ orderId, dead }) => [orderId, dead]),
      [
        ['a', true],
        ['b', false],
      ],
    );
    equal((await aside()).length, 2);
  });

  test('of a job: its caller is told, once the others are committed', async () => {
    const { run, rows, aside } = counting();
    const told: (Error | null)[] = [];
    const settled = (error: Error | null): void => void told.push(error);
    await run(counts('a', { parks: null, decide: isBroken, settled }), counts('b', { parks: null, settled }));
    deepEqual(told.map(String), ['TypeError: a bug', 'null']);
    deepEqual([await rows(), await aside()], [{ b: 1 }, []]);
  });
});

describe('a message too large for the broker', () => {
  const says = (length: number): Work => ({
    ...counts('a'),
    decide: () => ({
      rows: [[counters, { name: 'a', count: 1 }]],
      says: [{ topic: 'counts', key: 'a', value: `"${'x'.repeat(length - 2)}"` }],
    }),
  });
  test('is refused before the commit', async () => {
    const { run, rows, aside } = counting();
    await run(says(maxMessageBytes + 1));
    deepEqual(await rows(), {});
    equal(
      (await aside())[0]?.reason,
      `EnsembleError: a message for counts has ${maxMessageBytes + 1} bytes; ${maxMessageBytes} is the limit`,
    );
  });
  test('one that just fits is not', async () => {
    const { run, rows } = counting();
    await run(says(maxMessageBytes));
    deepEqual(await rows(), { a: 1 });
  });
});

describe('when another process was first', () => {
  test('the batch is decided again, on the rows as they are now', async () => {
    const { run, rows, said } = counting();
    await Promise.all([run(counts('a')), run(counts('a')), run(counts('a'))]);
    deepEqual(await rows(), { a: 3 });
    deepEqual((await said()).flat().map(String).toSorted(), ['a is 1', 'a is 2', 'a is 3']);
  });

  test('twice more, without splitting it', async () => {
    const { fault, struck } = faulty('commit', 'STORE_CONFLICT', 2);
    const { run, rows } = counting({ fault });
    equal((await run(counts('a'), counts('b'))).length, 1);
    deepEqual([await rows(), struck.length], [{ a: 1, b: 1 }, 2]);
  });

  test('then it is split, and a work that conflicts alone comes again later: that counts for nothing', async () => {
    const { fault } = faulty('commit', 'STORE_CONFLICT', 6);
    const { run, rows, aside } = counting({ fault });
    equal((await run(counts('a'), counts('b'))).length, 2);
    deepEqual(await rows(), { b: 1 });
    deepEqual(
      (await aside()).map(({ messageId, reason, attempts, dead, nextAt }) => [messageId, reason, attempts, dead, nextAt]),
      [['count a by 1', 'EnsembleError: a fault of the test', 0, false, 5_500]],
    );
  });

  test('a job that conflicts alone is told, and may be performed again', async () => {
    const { fault } = faulty('commit', 'STORE_CONFLICT', 3);
    const { run, rows } = counting({ fault });
    const told: unknown[] = [];
    await run(counts('a', { parks: null, settled: (error) => void told.push((error as EnsembleError | null)?.code) }));
    deepEqual([told, await rows()], [['STORE_CONFLICT'], {}]);
  });
});

describe('whatever else the store refuses', () => {
  test('is split to its author, who is put aside', async () => {
    const { fault } = faulty('commit', 'STORE_MISMATCH', 2);
    const { run, rows, aside } = counting({ fault });
    equal((await run(counts('a'), counts('b'))).length, 2);
    deepEqual(await rows(), { b: 1 });
    deepEqual(
      (await aside()).map(({ messageId, attempts }) => [messageId, attempts]),
      [['count a by 1', 1]],
    );
  });

  test('a bug of the engine or the store has no author: it is thrown, and nothing is put aside', async () => {
    let bugs = 0;
    const fault = (at: FaultPoint): void => {
      if (at === 'commit' && (bugs += 1) === 1) throw new TypeError('a bug');
    };
    const { run, rows, aside } = counting({ fault });
    await rejects(run(counts('a'), counts('b')), { name: 'TypeError' });
    deepEqual([await rows(), await aside()], [{}, []]);
  });
});

describe('whoever is told and fails', () => {
  test('stops nothing: it is done all the same, once', async () => {
    const { setting, heard, rows, aside } = counting();
    const told: string[] = [];
    const fails = (who: string) => (): never => {
      told.push(who);
      throw new Error(`${who} fails`);
    };
    const works = [
      counts('a', { settled: fails('its caller') }),
      counts('b', { decide: isBroken }),
      counts('c', { settled: () => void told.push('c') }),
    ];
    let committed = 0;
    for await (const _ of runBatch({ ...setting, onAside: fails('who watches what is put aside') }, works)) committed += 1;
    deepEqual([committed, await rows(), (await aside()).length], [1, { a: 1, c: 1 }, 1]);
    deepEqual(told, ['who watches what is put aside', 'its caller', 'c']);
    deepEqual(
      heard.map(({ level, words }) => `${level}: ${words}`),
      [
        'error: whoever was told of a message put aside failed; the work is done all the same',
        'error: whoever was told of the end of its work failed; the work is done all the same',
      ],
    );
  });
});

describe('a save that violates a constraint', () => {
  const violates = (more: Partial<Work> = {}): Work => counts('bad', { by: 0.5, ...more });

  test('is put aside alone: the batch is split until its author is found', async () => {
    const { run, rows, aside } = counting();
    const committed = await run(counts('a'), counts('b'), violates(), counts('c'), counts('a'));
    deepEqual(await rows(), { a: 2, b: 1, c: 1 });
    deepEqual(
      (await aside()).map(({ messageId, reason }) => [messageId, reason]),
      [['count bad by 0.5', 'EnsembleError: A value does not fit counters.count.']],
    );
    deepEqual(
      committed.map(({ said }) => said.map(({ value }) => value)),
      [['"a is 1"', '"b is 1"'], [], ['"c is 1"', '"a is 2"']],
    );
  });

  test('of a job: its caller is told', async () => {
    const { run, rows } = counting();
    const told: string[] = [];
    // Its keys are of no use without its rows, which what failed does not load.
    const keys: Work['keys'] = (of, working) => (of === parked && working.get(counters, ['bad']) ? [] : violates().keys(of, working));
    await run(violates({ parks: null, keys, settled: (error) => void told.push(String(error)) }), counts('a'));
    deepEqual([told, await rows()], [['EnsembleError: A value does not fit counters.count.'], { a: 1 }]);
  });
});

describe('when the database goes', () => {
  for (const point of ['begin', 'load', 'commit'] as const) {
    test(`at ${point}: nothing is saved, nobody is told, and the same works run again`, async () => {
      const { fault } = faulty(point, 'STORE_UNAVAILABLE', 1);
      const { run, rows, said } = counting({ fault });
      let told = 0;
      const work = counts('a', { settled: () => void (told += 1) });
      await rejects(run(work), { code: 'STORE_UNAVAILABLE' });
      deepEqual([await rows(), await said(), told], [{}, [], 0]);
      await run(work);
      deepEqual([await rows(), await said(), told], [{ a: 1 }, [['a is 1']], 1]);
    });
  }

  test('with the answer of COMMIT: it may have landed, so nothing is given to publish; the outbox row is there', async () => {
    const { fault } = faulty('committed', 'STORE_COMMIT_UNKNOWN', 1);
    const { run, rows, said } = counting({ fault });
    await rejects(run(counts('a')), { code: 'STORE_COMMIT_UNKNOWN' });
    deepEqual([await rows(), await said()], [{ a: 1 }, [['a is 1']]]);
  });

  test('halfway through a split batch: what is committed has been given already', async () => {
    let commits = 0;
    const { setting, rows } = counting({
      fault(at) {
        if (at === 'commit' && (commits += 1) === 3) throw new EnsembleError('STORE_UNAVAILABLE', 'a fault of the test');
      },
    });
    const given: unknown[] = [];
    await rejects(
      async () => {
        for await (const { said } of runBatch(setting, [counts('a'), counts('bad', { by: 0.5 })])) given.push(said.length);
      },
      { code: 'STORE_UNAVAILABLE' },
    );
    deepEqual([given, await rows()], [[1], { a: 1 }]);
  });
});

test('what was parked and is done goes with the batch that did it', async () => {
  const { run, aside } = counting();
  const { decide } = counts('a');
  await run(counts('a', { decide: () => ({ park: 'not yet' }) }));
  equal((await aside()).length, 1);
  await run(
    counts('a', { decide: (working, now) => ({ ...nothing, ...decide(working, now), removes: [[parked, ['count a by 1', 'counter']]] }) }),
  );
  deepEqual(await aside(), []);
});

test('what is packed is unpacked as it was', () => {
  const said = fc.record(
    { topic: fc.string(), key: fc.string(), value: fc.json().map((text) => JSON.stringify(JSON.parse(text))) },
    { noNullPrototype: true },
  );
  const many = fc.integer({ min: 1, max: 200 }).chain((times) => fc.array(said).map((all) => Array<typeof all>(times).fill(all).flat()));
  fc.assert(fc.property(many, (all) => deepEqual(unpack(pack(all)), all)));
});
