import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import pg from 'pg';
import { type Browser, chromium, type Page } from 'playwright-core';
import { dropInstallation, newInstallation, start, type Started } from '../test/ensemble.ts';
import { until } from '../test/until.ts';

/** The page in a real browser, over the whole program on PostgreSQL. */
describe('the page', () => {
  const { databaseUrl } = testServers();
  const installation = newInstallation();
  const wrong: string[] = [];
  let running: Started;
  let browser: Browser;
  let page: Page;
  before(async () => {
    running = await start({ databaseUrl, installation });
    // As root, which a container often is, chromium has no sandbox of its own.
    browser = await chromium.launch({ executablePath: process.env['TEST_CHROMIUM'] ?? 'chromium', args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') wrong.push(message.text());
    });
    await page.goto(running.url);
  });
  after(async () => {
    await browser.close();
    await running.stop();
    await dropInstallation(databaseUrl, installation);
  });

  const stockOf = async (name: string): Promise<string> =>
    (await page.getByRole('row', { name }).getByRole('cell').nth(1).textContent()) ?? '';
  /** Messages of several topics arrive as they like: the last may be told before others. */
  const timelineIs = async (...expected: readonly string[]): Promise<void> => {
    const messages = (): Promise<string[]> => page.locator('#timeline strong').allTextContents();
    await until(
      async () => (await messages()).length === expected.length,
      async () => (await messages()).join(', '),
    );
    deepEqual(await messages(), expected);
  };
  const order = async (name: string, quantity: number, method: string): Promise<void> => {
    await page.getByLabel(`How many: ${name}`).fill(String(quantity));
    await page.getByRole('radio', { name: method }).check();
    await page.getByRole('button', { name: 'Place order' }).click();
  };

  /** Until then an earlier order is shown, which may have ended the same. */
  const shownIs = async (flow: string, status: string): Promise<void> => {
    await page.locator('#order-flow').getByText(flow, { exact: true }).waitFor();
    await page.getByRole('status').getByText(status).waitFor();
  };

  const placedOrders = async (): Promise<number> => {
    const answer = await fetch(new URL('/api/orders?limit=100', running.url));
    return ((await answer.json()) as { orders: readonly unknown[] }).orders.length;
  };

  test('shows the products with their prices and stock', async () => {
    await page.getByRole('row', { name: 'Keyboard' }).waitFor();
    deepEqual(await page.getByRole('row', { name: 'Webcam' }).getByRole('cell').allTextContents(), ['€59.90', '3', '']);
    equal(await stockOf('Lamp'), 'none');
  });

  test('says what is missing before it asks anyone', async () => {
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByText('Choose how many of something first.').waitFor();
  });

  test('places an order of two lines, and shows what happens until it is COMPLETED', async () => {
    await page.getByLabel('How many: Mouse').fill('1');
    await order('Webcam', 1, 'Wallet');
    await page.getByRole('status').getByText('COMPLETED').waitFor();
    await timelineIs('OrderCreated', 'ProductsValidated', 'InventoryReserved', 'PaymentCompleted', 'OrderCompleted');
    await page.getByText('1 × Mouse, 1 × Webcam · total €94.80').waitFor();
    await page.getByRole('row', { name: 'Webcam' }).getByRole('cell', { name: '2', exact: true }).waitFor();
  });

  test('shows why an order was CANCELLED, and that its stock is back', async () => {
    await order('Webcam', 2, 'Declined card');
    await page.getByRole('status').getByText('CANCELLED').waitFor();
    const undone = ['ReleaseInventory', 'InventoryReleased', 'CancelOrder', 'OrderCancelled'];
    await timelineIs('OrderCreated', 'ProductsValidated', 'InventoryReserved', 'PaymentFailed', ...undone);
    await page.locator('#reason').getByText('declined').waitFor();
    await until(async () => (await stockOf('Webcam')) === '2');
  });

  test('says of an order that a person is needed, and why, as long as that is so', async () => {
    const other = await browser.newPage();
    try {
      const needs = { orderId: 'o-1', flow: 'a-flow', status: 'RUNNING', statusWord: 'RUNNING', reason: null };
      const problem = { operation: 'order.complete', service: 'order', reason: 'no answer', since: '2026-01-02T10:16:05.000Z' };
      const told = [{ ...needs, problems: [problem] }, { ...needs }];
      const events = () => `event: status\ndata: ${JSON.stringify(told.shift() ?? needs)}\n\n`;
      await other.route('**/events', async (route) =>
        route.fulfill({ contentType: 'text/event-stream', body: `retry: 1000\n${events()}` }),
      );
      await other.goto(running.url);
      await other.getByRole('button', { name: 'Show order' }).first().click();
      const words = other.getByRole('alert').getByText('A person is needed: order.complete is still owed: no answer.', { exact: true });
      await words.waitFor();
      await words.waitFor({ state: 'hidden' }); // told by the next connection, which the browser asks for by itself
    } finally {
      await other.close();
    }
  });

  test('runs an order as the flow that is chosen, and asks for nothing that its first message does not carry', async () => {
    const flow = page.getByLabel('Runs as');
    equal(await flow.inputValue(), 'create-order');
    await flow.selectOption('choreography');
    await page.getByText('Each service reacts to what the others say').waitFor();
    await order('Mouse', 1, 'Wallet');
    await shownIs('choreography', 'COMPLETED');
    await timelineIs('OrderCreated', 'InventoryReserved', 'PaymentSucceeded', 'DeliveryScheduled', 'OrderCompleted');

    await flow.selectOption('place-order');
    await page.getByRole('group', { name: 'Pay with' }).waitFor({ state: 'hidden' });
    for (const name of ['Mouse', 'Keyboard']) await page.getByLabel(`How many: ${name}`).fill('1');
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByRole('alert').getByText('Orders of place-order carry only one line.').waitFor();
    await page.getByLabel('How many: Keyboard').fill('0');
    await page.getByRole('button', { name: 'Place order' }).click();
    await shownIs('place-order', 'COMPLETED');
    await flow.selectOption('create-order');
  });

  test('lists recent orders, which can be looked at again', async () => {
    await page.getByRole('button', { name: 'Show order: 1 × Mouse, 1 × Webcam, COMPLETED' }).click();
    await page.getByRole('status').getByText('COMPLETED').waitFor();
  });

  test('leaves the field alone that is being filled in, though the products were asked for before', async () => {
    const [asked, known] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route(
      '**/api/products',
      async (route) => {
        asked.resolve();
        await known.promise;
        await route.continue();
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Show order: 1 × Mouse, 1 × Webcam, COMPLETED' }).click();
    await asked.promise;
    const field = page.getByLabel('How many: Keyboard');
    await field.focus();
    const answer = page.waitForResponse('**/api/products');
    known.resolve();
    await (await answer).finished();
    await page.evaluate('new Promise(requestAnimationFrame)'); // by then the page has made of it what it will
    await page.keyboard.type('7'); // after what is there
    equal(await field.inputValue(), '07');
    await field.fill('0');
    await field.blur();
  });

  test('does not ask again for the events of an order that has ended', async () => {
    const asked: string[] = [];
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
    const times = (path: RegExp): number => asked.filter((each) => path.test(each)).length;
    await order('Mouse', 1, 'Wallet');
    await until(() => times(/events$/) === 1);
    await page.getByRole('status').getByText('COMPLETED').waitFor();
    // The page looks for news when the order has ended, and every five seconds: by then a stream would have been asked for again.
    const looks = times(/^\/ready$/);
    await until(() => times(/^\/ready$/) >= looks + 2);
    equal(times(/events$/), 1);
  });

  test('orders nothing at another total than it has shown: it says so, shows the new one, and orders at that', async () => {
    const products = new pg.Client(Object.assign(new URL(databaseUrl), { pathname: `/${installation}_product` }).href);
    await products.connect();
    const places = async (): Promise<void> => page.getByRole('button', { name: 'Place order' }).click();
    try {
      await page.getByRole('radio', { name: 'Wallet' }).check();
      await page.getByLabel('How many: Headset').fill('2'); // as long as it is being filled in, prices stay as they are shown
      await products.query(`update products set price = 9000, version = version + 1 where product_id = 'headset'`);
      await places();
      await page.getByRole('alert').getByText('it costs €180.00 now, not').waitFor();
      await page.locator('#total').getByText('€180.00').waitFor(); // the prices come after the words
      await places();
      await page.getByRole('status').getByText('COMPLETED').waitFor();
      await page.getByText('2 × Headset · total €180.00').waitFor();
    } finally {
      await products.end();
    }
  });

  for (const [currency, text] of [
    ['EUR', '€158.00'],
    ['JPY', '¥15,800'],
    ['KWD', 'KWD 15.800'],
  ] as const)
    test(`shows ${currency} with as many digits behind the point as it has`, async () => {
      const other = await browser.newPage();
      try {
        const keyboard = { productId: 'keyboard', name: 'Keyboard', description: '', price: 15_800, currency, available: 1 };
        await other.route('**/api/products', async (route) => route.fulfill({ json: { products: [keyboard] } }));
        await other.goto(running.url);
        await other.getByRole('row', { name: 'Keyboard' }).waitFor();
        equal(await other.getByRole('cell').first().textContent(), text.replace(' ', '\u00a0'));
      } finally {
        await other.close();
      }
    });

  test('orders once where the answer was lost and the customer presses again', async () => {
    const before = await placedOrders();
    await page.route(
      '**/api/orders',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await order('Mouse', 3, 'Wallet');
    await page.getByRole('alert').getByText('The server does not answer.').waitFor();
    await page.getByRole('button', { name: 'Place order' }).click();
    await page.getByRole('status').getByText('COMPLETED').waitFor();
    equal(await placedOrders(), before + 1);
    await order('Mouse', 3, 'Wallet'); // the same again is another order, since the one before was answered
    await until(async () => (await placedOrders()) === before + 2);
  });

  test('takes no entry that the answer would empty, and shows a refusal in words, where the customer was', async () => {
    const [asked, known] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route(
      '**/api/orders',
      async (route) => {
        asked.resolve();
        await known.promise;
        await route.continue();
      },
      { times: 1 },
    );
    const field = page.getByLabel('How many: Keyboard');
    await field.fill('20000');
    await field.press('Enter');
    await asked.promise;
    equal(await field.isDisabled(), true);
    known.resolve();
    await page
      .getByRole('alert')
      .getByText(/lines\.0\.quantity must be <= 10000.*REQUEST_INVALID/)
      .waitFor();
    equal(await field.isEnabled(), true);
    equal(await page.evaluate('document.activeElement.name'), 'keyboard');
  });

  test('did nothing that its own security policy forbids', () => {
    deepEqual(
      wrong.filter((line) => !/\b(409|422|ERR_FAILED)\b/.test(line)),
      [],
    );
  });
});
