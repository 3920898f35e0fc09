import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryStore } from '@ensemble/store-memory';
import { memoryLog, memoryTransport } from '@ensemble/transport-memory';
import { Id } from '@ensemble/flow';
import * as fc from 'fast-check';
import { sale } from '../fixtures/sale.ts';
import { now, station } from '../fixtures/station.ts';
import { shop, tables, told as tagChanged, window } from '../fixtures/tags.ts';
import { type Arrival, worksOf } from './delivery-work.ts';
import { pause, systemClock } from './clock.ts';
import { silentLog } from './log.ts';
import { newsTopics, refuseUnfitNews } from './news-fit.ts';
import { news } from './news.ts';
import type { Participant } from './participant.ts';
import { startService } from './service.ts';
import { table, text } from './store.ts';
import { parked } from './tables.ts';
import { told } from './telling.ts';

const { goods, tags } = tables;
const tag = (name: string, price: number, version: number) => ({ name, price, version });
const good = (name: string, price: number, version: number) => ({ ...tag(name, price, version), place: 'the shelf' });
const said = (name: string, price: number, version: number): string => told(tagChanged, 'shop', good(name, price, version), now).value;

const [topic = ''] = newsTopics(window);
const arrival = (value: string, at = 0): Arrival => ({ topic, partition: 0, offset: BigInt(at), key: 'a-key', value, timestamp: now });

async function kept() {
  const at = await station(window);
  return {
    ...at,
    take: (...values: readonly string[]) => at.work(values.flatMap((value, n) => worksOf(at.recipient, arrival(value, n)))),
    tags: () => at.store.select(tags, { orderBy: [['name', 'asc']] }),
  };
}

describe('a copy', () => {
  test('is the newest of each key, in whatever order, however often and in whatever batches the news come', async () => {
    const one = fc.record({ name: fc.constantFrom('pen', 'desk'), version: fc.integer({ min: 1, max: 5 }), cut: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 20 }), async (come) => {
        const at = await kept();
        const batch: string[] = [];
        for (const { name, version, cut } of come) {
          batch.push(said(name, version * 100, version));
          if (cut) await at.take(...batch.splice(0));
        }
        await at.take(...batch);
        const newest = (name: string) => Math.max(...come.filter((each) => each.name === name).map(({ version }) => version));
        const expected = ['desk', 'pen'].filter((name) => come.some((each) => each.name === name));
        deepEqual(
          await at.tags(),
          expected.map((name) => tag(name, newest(name) * 100, newest(name))),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('takes of each message what its table has', async () => {
    const at = await kept();
    await at.take(said('pen', 120, 1).replace('"price"', '"colour":"blue","price"'));
    deepEqual(await at.tags(), [tag('pen', 120, 1)]);
  });

  test('stays as it is where the same version comes again', async () => {
    const at = await kept();
    await at.take(said('pen', 120, 1));
    await at.take(said('pen', 999, 1));
    deepEqual(await at.tags(), [tag('pen', 120, 1)]);
  });

  const pen = JSON.parse(said('pen', 120, 1)) as { data: object };
  for (const [what, value, reason] of [
    ['no JSON', 'pen 1.20', /MESSAGE_MALFORMED: the message is not JSON/],
    ['nothing it is about', JSON.stringify({ ...pen, subject: '' }), /MESSAGE_MALFORMED: the CloudEvent has no subject/],
    [
      'another type',
      JSON.stringify({ ...pen, type: 'TagLost' }),
      /MESSAGE_UNKNOWN: tags-told is for TagChanged alone, and this is TagLost/,
    ],
    ['no version', JSON.stringify({ ...pen, data: { name: 'pen', price: 120 } }), /MESSAGE_MISFIT: TagChanged .*version/],
    ['a version that no column holds', JSON.stringify({ ...pen, data: { ...pen.data, version: 2 ** 31 } }), /MESSAGE_MISFIT: .*version/],
    ['half a price', JSON.stringify({ ...pen, data: { ...pen.data, price: 0.5 } }), /MESSAGE_MISFIT: TagChanged price/],
    ['two names', JSON.stringify({ ...pen, subject: 'desk' }), /MESSAGE_MISFIT: TagChanged is about desk, and its name is another/],
  ] as const) {
    test(`makes of a message with ${what} a dead letter, and takes the next`, async () => {
      const at = await kept();
      await at.take(value, said('desk', 900, 1));
      const [aside, ...others] = await at.asides();
      match(aside?.reason ?? '', reason);
      deepEqual([aside?.dead, others.length, await at.tags()], [true, 0, [tag('desk', 900, 1)]]);
    });
  }

  test('that waited aside is taken when it is tried again, unless it is old by then', async () => {
    const waits = async (then: readonly string[]) => {
      const at = await kept();
      const row = { messageId: 'pen/TagChanged/2', reader: 'window.tags', orderId: 'pen', topic, message: said('pen', 120, 2), reason: '' };
      const insert = [{ ...row, attempts: 1, dead: false, nextAt: now, parkedAt: now }];
      await (await at.store.begin()).commit([{ table: parked, insert }]);
      await at.take(...then);
      await at.retry();
      return [await at.tags(), (await at.asides()).length];
    };
    deepEqual(await waits([]), [[tag('pen', 120, 2)], 0]);
    deepEqual(await waits([said('pen', 130, 3)]), [[tag('pen', 130, 3)], 0]);
  });
});

test('news on a topic of orders are a dead letter: their subject is no order id', async () => {
  const at = await station(window);
  await at.take(said('pen', 120, 1));
  match((await at.asides())[0]?.reason ?? '', /the subject pen is no order id/);
});

describe('what is told', () => {
  test('is said with the change, from the outbox, once a batch and row', async () => {
    const at = await station(shop);
    const change = (row: ReturnType<typeof good>) => ({
      keys: (of: unknown) => (of === goods ? [[row.name]] : []),
      decide: () => ({ rows: [[goods, row]] as const, says: [] }),
      parks: null,
    });
    await at.work([change(good('pen', 120, 1)), change(good('pen', 130, 2)), change(good('desk', 900, 1))]);
    deepEqual(
      (await at.said()).map(({ id, source, type, subject, data }) => [id, source, type, subject, data]),
      [
        ['pen/TagChanged/2', '/ensemble/shop', 'TagChanged', 'pen', tag('pen', 130, 2)],
        ['desk/TagChanged/1', '/ensemble/shop', 'TagChanged', 'desk', tag('desk', 900, 1)],
      ],
    );
  });

  test('is all of it once more when the service starts, page by page, and reaches who keeps a copy', async (t) => {
    const transport = memoryTransport({ log: memoryLog() });
    const all = Array.from({ length: 1_203 }, (_, n) => good(`good-${String(n).padStart(4, '0')}`, n, 1));
    const stores = { shop: memoryStore(), window: memoryStore() };
    await (await stores.shop.begin()).commit([{ table: goods, insert: all }]);
    await transport.prepare([topic], 3);
    let ids = 0;
    const start = (participant: Participant, store: typeof stores.shop) =>
      startService({
        participant,
        flows: [sale],
        store,
        transport,
        clock: systemClock,
        log: silentLog,
        newId: () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`,
        member: `${participant.name}-1`,
      });
    const services = [await start(window, stores.window), await start(shop, stores.shop)];
    t.after(async () => {
      for (const service of services) await service.stop();
      await transport.close();
    });
    const deadline = AbortSignal.timeout(2_000);
    while ((await stores.window.count(tags)) < all.length && !deadline.aborted) await pause(systemClock, 5, deadline);
    deepEqual(
      await stores.window.select(tags, { orderBy: [['name', 'asc']] }),
      all.map(({ name, price, version }) => tag(name, price, version)),
    );
  });
});

describe('what does not fit is refused when the service starts', () => {
  const { fields } = tagChanged.message;
  const about = (name: string, of: string) => news('TagChanged', of, name, { name: Id, [name]: Id });
  for (const [what, participant, reason] of [
    ['a table that is not there', { ...shop, tells: { bads: tagChanged } }, /shop.bads: there is no such table/],
    ['a field that the table has not', { ...shop, tells: { goods: about('colour', 't') } }, /shop.goods: colour is not in both/],
    ['a column that nobody tells', { ...window, copies: { tags: about('name', 't') } }, /window.tags: price is not in both/],
    ['a copy without a version', { ...window, tables: { tags: table('tags', ['name'], { name: text }) } }, /version is not in both/],
    ['another key', { ...window, copies: { tags: { ...tagChanged, about: 'price' } } }, /its key is name, and TagChanged is about price/],
    [
      "a topic of orders'",
      { ...window, copies: { tags: news('TagChanged', 'shelf', 'name', tagFields()) } },
      /shelf is for other messages/,
    ],
  ] as const) {
    test(what, () => {
      throws(() => refuseUnfitNews(participant, [sale]), { code: 'NEWS_UNFIT', message: reason });
    });
  }
  function tagFields() {
    return Object.fromEntries(fields.filter(({ name }) => name !== 'version').map(({ name, schema }) => [name, schema]));
  }

  test('and what fits is not', () => {
    refuseUnfitNews(shop, [sale]);
    refuseUnfitNews(window, [sale]);
    equal(newsTopics(shop).join(), newsTopics(window).join());
  });
});
