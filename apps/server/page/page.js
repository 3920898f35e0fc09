// The page: products, an order, and its timeline as it happens. Everything it shows comes from the same HTTP API that anyone may use.
const $ = (id) => document.getElementById(id);

/** An element with its text and attributes; text is never read as HTML. */
const element = (name, text = '', attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

/** Minor units of the currency, of which not every one has hundredths. */
function money(amount, currency) {
  if (amount === null || amount === undefined) return '';
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: currency ?? 'EUR' });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const clock = (time) => clockFormat.format(new Date(time));

/** The JSON of an answer; a problem is thrown in its own words. */
async function call(path, options) {
  const answer = await fetch(path, options).catch(() => {
    throw new Error('The server does not answer. Is it running?');
  });
  const body = await answer.json();
  if (answer.ok) return body;
  throw Object.assign(new Error(`${body.detail ?? body.title} ${body.todo ?? ''} (${body.code})`), { problem: body });
}

function tell(place, error) {
  place.textContent = error ? error.message : '';
  place.hidden = !error;
}

let products = [];

/** Nothing changes under the hands of whoever is filling in how many: the prices stay as they are shown, and the field where it is. */
async function loadProducts() {
  const news = await call('/api/products');
  if (!$('choice').disabled && inputs().includes(document.activeElement)) return;
  products = news.products;
  const body = $('products');
  const wanted = new Map(chosen().map((line) => [line.productId, line.quantity]));
  body.replaceChildren(...products.map((product) => productRow(product, wanted.get(product.productId) ?? 0)));
  showTotal();
}

function productRow({ productId, name, description, price, currency, available }, quantity) {
  const row = element('tr');
  const heading = element('th', name, { scope: 'row' });
  heading.append(element('small', description));
  const cell = element('td', '', { class: 'number' });
  const input = element('input', '', {
    type: 'number',
    min: '0',
    max: '10000',
    step: '1',
    name: productId,
    'aria-label': `How many: ${name}`,
  });
  input.value = String(quantity);
  cell.append(input);
  const stock = available === null ? '?' : available === 0 ? 'none' : available.toLocaleString('en');
  row.append(heading, element('td', money(price, currency), { class: 'number' }), element('td', stock, { class: 'number' }), cell);
  return row;
}

const inputs = () => [...$('products').querySelectorAll('input')];
const chosen = () =>
  inputs()
    .map((input) => ({ productId: input.name, quantity: Number(input.value) }))
    .filter(({ quantity }) => quantity !== 0);

/** What these lines cost as it is shown here; nothing, where that is no sum of one currency. */
function costOf(lines) {
  const shown = new Map(products.map((product) => [product.productId, product]));
  const currencies = new Set(lines.map(({ productId }) => shown.get(productId)?.currency));
  const [currency] = currencies;
  if (currency === undefined || currencies.size > 1) return {};
  return { total: lines.reduce((sum, { productId, quantity }) => sum + shown.get(productId).price * quantity, 0), currency };
}

function showTotal() {
  const { total, currency } = costOf(chosen());
  $('total').textContent = total > 0 ? money(total, currency) : '';
}

let flows = [];
const chosenFlow = () => flows.find(({ name }) => name === $('flow').value);

/** They are the program's own: asked for once. */
async function loadFlows() {
  if (flows.length > 0) return;
  const known = await call('/api/flows');
  flows = known.flows;
  $('flow').replaceChildren(...flows.map(({ name }) => element('option', name, { value: name })));
  $('flow').value = known.usual;
  showFlow();
}

/** A flow whose first message has no word for a way to pay is not asked for one. */
function showFlow() {
  const flow = chosenFlow();
  if (!flow) return;
  $('flow-about').textContent = flow.about;
  $('payment').hidden = !flow.carries.paymentMethod;
}

/** What was asked and has had no answer yet. It may have been ordered: asked again, under the same key, it is the same order. */
let unanswered;

async function ask(body) {
  if (unanswered?.body !== body) unanswered = { body, key: crypto.randomUUID?.() ?? String(Math.random()) };
  const headers = { 'content-type': 'application/json', 'idempotency-key': unanswered.key };
  try {
    const answer = await call('/api/orders', { method: 'POST', headers, body });
    unanswered = undefined;
    return answer;
  } catch (error) {
    if (error.problem?.status < 500) unanswered = undefined;
    throw error;
  }
}

async function placeOrder(event) {
  event.preventDefault();
  tell($('problem'));
  const lines = chosen();
  const paymentMethod = $('payment').hidden ? undefined : new FormData($('order')).get('paymentMethod');
  if (lines.length === 0) return tell($('problem'), new Error('Choose how many of something first.'));
  const { activeElement: focused } = document;
  $('choice').disabled = true; // the answer empties it: what would be entered meanwhile would be lost
  try {
    const { orderId } = await ask(JSON.stringify({ lines, paymentMethod, flow: chosenFlow()?.name, ...costOf(lines) }));
    for (const input of inputs()) input.value = '0';
    showTotal();
    watch(orderId);
    $('order-title').focus();
  } catch (error) {
    if (error.problem?.code === 'PRICE_CHANGED') await priceChanged(error.problem);
    else tell($('problem'), error);
  } finally {
    $('choice').disabled = false;
  }
  // What is disabled loses it, and a field may have been shown anew.
  if (document.activeElement === document.body) (inputs().find(({ name }) => name === focused.name) ?? focused).focus();
}

/** In words; and the prices are shown as they are now, so that whoever orders again has seen them. */
async function priceChanged({ details: { total, currency, shown } }) {
  const [now, before] = [money(total, currency), money(shown.total, shown.currency)];
  const words = `A price has changed: it costs ${now} now, not ${before}. Nothing was ordered. Place the order again to buy it for ${now}.`;
  tell($('problem'), new Error(words));
  try {
    await loadProducts();
  } catch (error) {
    tell($('problem'), error);
  }
}

let source;

/** Until the server ends the stream of an order that has ended; one that breaks off before is looked for by the browser itself. */
function watch(orderId) {
  source?.close();
  $('watched').hidden = false;
  $('order-id').textContent = orderId;
  $('order-flow').textContent = '';
  $('timeline').replaceChildren();
  tell($('watch-problem'));
  tell($('reason'));
  tell($('needs'));
  const opened = new EventSource(`/api/orders/${orderId}/events`);
  let over = false;
  source = opened;
  opened.addEventListener('entry', ({ data }) => addEntry(JSON.parse(data)));
  opened.addEventListener('status', ({ data }) => {
    const order = JSON.parse(data);
    over = order.status === 'COMPLETED' || order.status === 'CANCELLED';
    showStatus(order, over);
  });
  opened.addEventListener('open', () => tell($('watch-problem')));
  opened.addEventListener('error', () => {
    if (over) opened.close();
    else tell($('watch-problem'), new Error('The connection was lost; it is tried again by itself.'));
  });
}

/** Entries are a set, sorted by their place in the flow: one that comes again, or late, finds its own. */
function addEntry(entry) {
  const list = $('timeline');
  const all = [...list.children];
  if (all.some((item) => item.dataset.id === entry.id)) return;
  const place = { rank: entry.rank, time: entry.time };
  const item = element('li', '', { 'data-id': entry.id, 'data-place': JSON.stringify(place) });
  item.append(
    element('time', clock(entry.time), { datetime: entry.time }),
    ' ',
    element('strong', entry.message),
    ` ${entry.by}`,
    changes(entry.changed),
  );
  list.insertBefore(item, all.find((other) => isAfter(JSON.parse(other.dataset.place), place)) ?? null);
}

const isAfter = (a, b) => a.rank > b.rank || (a.rank === b.rank && a.time > b.time);

function changes({ pricedLines, lines, total, currency, reason, paymentId, productId }) {
  const parts = [];
  const items = pricedLines ?? lines;
  if (items) parts.push(items.map((line) => `${line.quantity} × ${line.name ?? line.productId}`).join(', '));
  if (total !== undefined) parts.push(`total ${money(total, currency)}`);
  if (paymentId) parts.push(paymentId);
  if (reason) parts.push(reason);
  else if (productId) parts.push(productId);
  return element('small', parts.join(' · '), { class: 'changed' });
}

function showStatus({ orderId, flow, status, statusWord, reason, problems = [] }, over) {
  $('order-flow').textContent = flow ?? '';
  const badge = $('status');
  badge.textContent = statusWord;
  badge.dataset.status = status;
  $('reason').textContent = reason ?? '';
  $('reason').hidden = !reason;
  tell($('needs'), problems.length > 0 && new Error(`A person is needed: ${problems.map(owedWords).join('; ')}.`));
  const cancel = $('cancel');
  cancel.hidden = over || status === 'CANCELLING' || status === 'FAILED';
  cancel.dataset.order = orderId;
  if (over) void refresh();
}

const owedWords = ({ operation, reason }) => `${operation} is still owed: ${reason}`;

async function cancelOrder({ target }) {
  try {
    await call(`/api/orders/${target.dataset.order}/cancel`, { method: 'POST' });
  } catch (error) {
    tell($('watch-problem'), error);
  }
}

async function loadRecent() {
  const { orders } = await call('/api/orders?limit=10');
  $('recent').replaceChildren(...orders.map(recentOrder));
  if (orders.length === 0) $('recent').append(element('li', 'None yet.'));
}

function recentOrder({ orderId, status, statusWord, lines, total, currency }) {
  const item = element('li');
  const words = (lines ?? []).map((line) => `${line.quantity} × ${line.name ?? line.productId}`).join(', ') || orderId;
  const button = element('button', words, { type: 'button', class: 'link', 'aria-label': `Show order: ${words}, ${statusWord}` });
  button.addEventListener('click', () => {
    watch(orderId);
    $('order-title').focus();
  });
  item.append(
    element('span', statusWord, { class: 'badge', 'data-status': status }),
    button,
    element('span', money(total, currency), { class: 'number' }),
  );
  return item;
}

async function loadReady() {
  const answer = await fetch('/ready').catch(() => null);
  const { status, services = [] } = answer ? await answer.json() : { status: 'not there' };
  const down = services.filter(({ up }) => !up).map(({ service }) => service);
  $('ready').textContent = down.length === 0 ? status : `${status}: ${down.join(', ')}`;
}

/** Stock and orders change by others too; what cannot be shown now is shown the next time. */
async function refresh() {
  try {
    await Promise.all([loadProducts(), loadFlows(), loadRecent(), loadReady()]);
  } catch (error) {
    tell($('problem'), error);
  }
}

$('order').addEventListener('submit', (event) => void placeOrder(event));
$('cancel').addEventListener('click', (event) => void cancelOrder(event));
$('order').addEventListener('input', showTotal);
$('flow').addEventListener('change', showFlow);
await refresh();
setInterval(() => {
  if (!document.hidden) void refresh();
}, 5_000);
