import { deepEqual, equal, notEqual, rejects } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { placing } from '@ensemble/gateway';
import { pricing, product } from '@ensemble/product';
import { type Answer, type Desk, keyboard, openDesk } from '../../test/desk.ts';
import { participants } from '../catalogue.ts';
import type { CartView } from './cart.ts';
import { newOrderId } from './order-id.ts';
import type { Problem } from './problems.ts';
import type { OrderView } from './views.ts';

let desk: Desk;
before(async () => {
  desk = await openDesk();
});
after(() => desk.close());

/** A customer with a cart of their own. */
function customer(name: string, at: () => Desk = () => desk) {
  const headers = { 'x-customer-id': name };
  const sent = async (method: string, path: string, body?: unknown): Promise<Pick<Answer, 'status' | 'body'>> => {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await fetch(`${at().url}/api/cart/items${path}`, { method, headers, ...json });
    return { status: answer.status, body: (await answer.json()) as never };
  };
  return {
    sent,
    put: async (productId: string, quantity: unknown) => sent('PUT', `/${productId}`, { quantity }),
    cart: async (): Promise<CartView> => (await sent('GET', '')).body,
    order: (body: object = {}, more: Record<string, string> = {}): Promise<Answer> =>
      at().post('/api/orders', body, { ...headers, ...more }),
  };
}

/** A product gets another price. */
const costs = async (productId: string, price: number): Promise<void> =>
  desk.system.services.get(product.name)?.perform(pricing({ productId, price }));

const answered = ({ status, body }: Pick<Answer, 'status' | 'body'>): unknown[] => [status, (body as Problem).code];
const linesOf = ({ lines }: CartView): unknown[] => lines.map(({ productId, quantity }) => [productId, quantity]);
const orderOf = ({ body }: Answer): string => (body as { orderId: string }).orderId;

describe('a cart', () => {
  test('is empty at first', async () => {
    deepEqual(await customer('new').sent('GET', ''), { status: 200, body: { version: 0, lines: [], total: 0, currency: null } });
  });

  test('has what is put in, with names and prices, and says what it costs', async () => {
    const ann = customer('ann');
    equal((await ann.put('keyboard', 2)).status, 200);
    deepEqual((await ann.put('mouse', 1)).body, {
      version: 2,
      lines: [
        { productId: 'keyboard', quantity: 2, name: 'Keyboard', price: 7_900, was: null },
        { productId: 'mouse', quantity: 1, name: 'Mouse', price: 3_490, was: null },
      ],
      total: 19_290,
      currency: 'EUR',
    });
    deepEqual(linesOf((await ann.put('keyboard', 5)).body), [
      ['keyboard', 5],
      ['mouse', 1],
    ]);
    deepEqual((await ann.put('keyboard', 5)).body, await ann.cart()); // the same again is no change
    deepEqual(linesOf((await ann.sent('DELETE', '/keyboard')).body), [['mouse', 1]]);
    deepEqual(linesOf((await ann.sent('DELETE', '/keyboard')).body), [['mouse', 1]]);
    deepEqual((await ann.sent('DELETE', '')).body, { version: 5, lines: [], total: 0, currency: null });
    deepEqual(linesOf(await customer('nobody').cart()), []);
  });

  test('has the prices of the moment at which it is looked at, and says where they were others', async () => {
    const eve = customer('eve');
    await eve.put('chair', 1);
    await costs('chair', 25_900);
    const { total, lines } = await eve.cart();
    deepEqual([total, lines[0]?.price, lines[0]?.was], [25_900, 25_900, 24_900]);
    deepEqual(((await eve.put('chair', 1)).body as CartView).lines[0]?.was, null); // put in again, at the price of now
  });

  test('to which two requests put at once has both', async () => {
    const bob = customer('bob');
    const products = ['keyboard', 'mouse', 'monitor', 'headset', 'desk', 'chair'];
    await Promise.all(products.map((productId, at) => bob.put(productId, at + 1)));
    const { version, lines } = await bob.cart();
    deepEqual(
      [version, new Map(lines.map(({ productId, quantity }) => [productId, quantity]))],
      [6, new Map(products.map((productId, at) => [productId, at + 1]))],
    );
  });

  for (const [what, productId, quantity, status, code] of [
    ['a product that there is not', 'unicorn', 1, 404, 'PRODUCT_UNKNOWN'],
    ['more than there is', 'webcam', 4, 409, 'STOCK_SHORT'],
    ['what is sold out', 'lamp', 1, 409, 'STOCK_SHORT'],
    ['none', 'mouse', 0, 422, 'REQUEST_INVALID'],
    ['half of one', 'mouse', 0.5, 422, 'REQUEST_INVALID'],
    ['too many', 'mouse', 10_001, 422, 'REQUEST_INVALID'],
    ['words', 'mouse', 'two', 422, 'REQUEST_INVALID'],
    ['a name with a NUL', 'a%00b', 1, 422, 'REQUEST_INVALID'],
  ] as const) {
    test(`does not take ${what}`, async () => {
      const careless = customer('careless');
      deepEqual(answered(await careless.put(productId, quantity)), [status, code]);
      deepEqual(linesOf(await careless.cart()), []);
    });
  }

  test('says how many there are where there are too few', async () => {
    const { details } = (await customer('careless').put('webcam', 4)).body as Problem;
    deepEqual(details, { productId: 'webcam', available: 3, quantity: 4 });
  });
});

describe('an order without lines', () => {
  test('orders the cart, which is empty at once', async () => {
    const ada = customer('ada');
    await ada.put('mouse', 2);
    await ada.put('headset', 1);
    const placed = await ada.order();
    equal(placed.status, 202);
    deepEqual(linesOf(await ada.cart()), []);
    await desk.reaches(orderOf(placed), 'COMPLETED');
    const { lines, customerId } = (await desk.get(`/api/orders/${orderOf(placed)}`)).body as OrderView;
    deepEqual(
      [customerId, lines?.map(({ productId, quantity }) => [productId, quantity])],
      [
        'ada',
        [
          ['mouse', 2],
          ['headset', 1],
        ],
      ],
    );
  });

  test('of an empty cart is refused, and so is the second of two for one cart', async () => {
    const dora = customer('dora');
    deepEqual(answered(await dora.order()), [422, 'CART_EMPTY']);
    await dora.put('mouse', 1);
    const answers = await Promise.all([dora.order(), dora.order(), dora.order()]);
    const accepted = answers.filter(({ status }) => status === 202);
    equal(accepted.length, 1);
    for (const refused of answers.filter(({ status }) => status !== 202))
      deepEqual(['CART_CHANGED', 'CART_EMPTY'].includes((refused.body as Problem).code), true);
    deepEqual(answered(await dora.order()), [422, 'CART_EMPTY']);
  });

  test('of a cart that was ordered since it was read is refused, in one batch or in two', async () => {
    const gateway = desk.system.services.get('gateway');
    const [flow] = desk.system.flows;
    if (!gateway || !flow) throw new Error('there is no gateway');
    const order = (ordered: number, version: number): Promise<void> => {
      const { lines } = keyboard;
      const facts = { lines, paymentMethod: 'wallet' };
      return gateway.perform(
        placing({ orderId: newOrderId(), flow, customerId: 'ivy', facts, idempotency: null, cart: { ordered, version } }).job,
      );
    };
    const ends = await Promise.allSettled([order(0, 3), order(0, 3)]);
    deepEqual(
      ends.map((end) => (end.status === 'fulfilled' ? '' : (end.reason as Problem).code)),
      ['', 'CART_CHANGED'],
    );
    await rejects(order(0, 4), { code: 'CART_CHANGED' });
    await order(3, 4);
  });

  test('leaves in the cart what was put in after it', async () => {
    const grace = customer('grace');
    await grace.put('mouse', 1);
    equal((await grace.order()).status, 202);
    await grace.put('keyboard', 1);
    deepEqual(linesOf(await grace.cart()), [['keyboard', 1]]);
    const second = await grace.order();
    await desk.reaches(orderOf(second), 'COMPLETED');
    const { lines } = (await desk.get(`/api/orders/${orderOf(second)}`)).body as OrderView;
    deepEqual(
      lines?.map(({ productId }) => productId),
      ['keyboard'],
    );
  });

  test('is not ordered at another total than that of the cart, but where it says the new one', async () => {
    const ada = customer('ada');
    await costs('monitor', 24_900);
    await ada.put('monitor', 2);
    await costs('monitor', 26_000);
    const key = { 'idempotency-key': 'the cart of ada' };
    const refused = await ada.order({}, key);
    deepEqual(answered(refused), [409, 'PRICE_CHANGED']);
    deepEqual((refused.body as Problem).details, { total: 52_000, currency: 'EUR', shown: { total: 49_800, currency: 'EUR' } });
    deepEqual(answered(await ada.order()), [409, 'PRICE_CHANGED']); // to look at the cart is not to agree
    deepEqual(answered(await ada.order({ currency: 'EUR' })), [409, 'PRICE_CHANGED']); // nor is to name a currency alone
    deepEqual(linesOf(await ada.cart()), [['monitor', 2]]);
    const placed = await ada.order({ total: 52_000, currency: 'EUR' }, key);
    equal(placed.status, 202);
    await desk.reaches(orderOf(placed), 'COMPLETED');
    deepEqual([((await desk.get(`/api/orders/${orderOf(placed)}`)).body as OrderView).total, linesOf(await ada.cart())], [52_000, []]);
    await costs('monitor', 27_000);
    const again = await ada.order({ total: 52_000, currency: 'EUR' }, key);
    deepEqual([again.status, orderOf(again)], [202, orderOf(placed)]);
  });

  test('goes by what was put in last: at the old price again, nothing has changed', async () => {
    const ian = customer('ian');
    await costs('headset', 9_000);
    await ian.put('headset', 1);
    await costs('headset', 9_500);
    deepEqual(answered(await ian.order()), [409, 'PRICE_CHANGED']);
    await ian.put('headset', 1);
    equal((await ian.order()).status, 202);
  });

  test('answers the same under the same Idempotency-Key, whatever is in the cart by then', async () => {
    const fay = customer('fay');
    await fay.put('mouse', 1);
    const key = { 'idempotency-key': 'the cart of fay' };
    const first = await fay.order({}, key);
    const empty = await fay.order({}, key);
    await fay.put('keyboard', 1);
    const full = await fay.order({}, key);
    deepEqual([first.status, empty.body, full.body], [202, first.body, first.body]);
    deepEqual([empty.headers.get('idempotency-replayed'), full.headers.get('idempotency-replayed')], ['true', 'true']);
    deepEqual(linesOf(await fay.cart()), [['keyboard', 1]]);
    deepEqual(answered(await fay.order({ paymentMethod: 'card' }, key)), [422, 'IDEMPOTENCY_KEY_REUSED']);
    notEqual(orderOf(await fay.order({}, { 'idempotency-key': 'another' })), orderOf(first));
  });

  test('that is refused leaves the cart as it is; one with lines has nothing to do with it', async () => {
    const gil = customer('gil');
    await gil.put('mouse', 1);
    await gil.put('keyboard', 1);
    deepEqual(answered(await gil.order({ flow: 'place-order' })), [422, 'ORDER_NOT_CARRIED']);
    equal((await gil.order(keyboard)).status, 202);
    deepEqual(linesOf(await gil.cart()), [
      ['mouse', 1],
      ['keyboard', 1],
    ]);
  });
});

describe('in several processes', () => {
  const others = participants.map(({ name }) => name).filter((name) => name !== 'gateway' && name !== 'cart');
  let back: Desk;
  let carts: Desk;
  let front: Desk;
  before(async () => {
    back = await openDesk({ config: { services: others } });
    const shared = { stores: back.stores, log: back.log };
    const routes: Record<string, string> = Object.fromEntries(others.map((name) => [name, back.url]));
    front = await openDesk({ config: { services: ['gateway'], slot: '2', routes }, ...shared });
    carts = await openDesk({ config: { services: ['cart'], slot: '3', routes: { ...routes, gateway: front.url } }, ...shared });
    routes['cart'] = carts.url;
  });
  after(async () => {
    for (const each of [carts, front, back]) await each.close();
  });

  test('the cart of one is ordered at another, and asks the others what there is', async () => {
    const [there, here] = [customer('demo', () => carts), customer('demo', () => front)];
    deepEqual(answered(await there.put('lamp', 1)), [409, 'STOCK_SHORT']);
    equal((await there.put('mouse', 3)).status, 200);
    deepEqual(await here.cart(), await there.cart());
    deepEqual(answered(await here.put('mouse', 1)), [503, 'SERVICE_ELSEWHERE']);
    const placed = await here.order();
    await front.reaches(orderOf(placed), 'COMPLETED');
    deepEqual([linesOf(await there.cart()), linesOf(await here.cart())], [[], []]);
  });
});
