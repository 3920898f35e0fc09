/** What the payment provider and the carrier write: taken in when it is signed and means something, refused with a code otherwise. */
import { type ParkedRow, parked, silentLog } from '@ensemble/engine';
import { signatureHeader, signed } from '@ensemble/outside';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Desk, keyboard, openDesk } from '../../test/desk.ts';

const outsideSecrets = { payments: 'between us and the provider', carrier: 'between us and the carrier' };
const errors: { readonly orderId?: unknown; readonly reason?: unknown }[] = [];
const warnings: (readonly [object, string])[] = [];
const logs = {
  ...silentLog,
  error: (fields: object) => void errors.push(fields),
  warn: (fields: object, words: string) => void warnings.push([fields, words]),
};
let desk: Desk;
before(async () => {
  desk = await openDesk({ config: { flow: 'standard' }, outsideSecrets, logs });
});
after(() => desk.close());

const write = (writer: string, notice: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const body = typeof notice === 'string' ? notice : JSON.stringify(notice);
  const secret = writer === 'carrier' ? outsideSecrets.carrier : outsideSecrets.payments;
  const own = { 'content-type': 'application/json', [signatureHeader]: signed(secret, body) };
  return desk.post(`/webhooks/${writer}`, body, { ...own, ...headers });
};
const codeOf = ({ status, body }: { readonly status: number; readonly body: unknown }) => [
  status,
  (body as { code?: unknown } | null)?.code,
];
const nowhere = '01920000-0000-7000-8000-000000000404';
const lostRefund = { key: `${nowhere}/payment.refund`, status: 'failed' };
const givenUp = { key: `${nowhere}/shipment.schedule`, status: 'failed' };
const charged = { key: `${nowhere}/payment.charge`, status: 'succeeded', reference: 'charge-1' };

test('the carrier gives up on a parcel: the order is taken back; told twice it is told once', async () => {
  const orderId = await desk.place();
  await desk.reaches(orderId, 'COMPLETED');
  const failed = { key: `${orderId}/shipment.schedule`, status: 'failed', reason: 'nobody was at home' };
  equal((await write('carrier', failed)).status, 204);
  equal((await write('carrier', failed)).status, 204);
  await desk.reaches(orderId, 'CANCELLED');
  const { entries } = (await desk.get(`/api/orders/${orderId}/timeline`)).body as { entries: readonly { message: string }[] };
  equal(entries.filter(({ message }) => message === 'ShipmentFailed').length, 1);
  equal(((await desk.get(`/api/orders/${orderId}`)).body as { reason: string }).reason, 'nobody was at home');
});

test('a refusal of what nobody asked for is taken, and changes nothing', async () => {
  equal((await write('payments', { ...charged, status: 'refused' })).status, 204);
  deepEqual(await desk.stores.get('payment')?.select(parked, { where: [['orderId', '=', nowhere]] }), []);
});

describe('a word that contradicts what is known here', () => {
  const asideOf = async (service: string, orderId: string) => {
    const rows = (await desk.stores.get(service)?.select(parked, { where: [['orderId', '=', orderId]] })) as readonly ParkedRow[];
    return rows.map(({ reader, dead, reason }) => [reader, dead, reason]);
  };
  const errorsOf = (orderId: string) => errors.filter((each) => each.orderId === orderId).map(({ reason }) => reason);
  const counted = async (service: string): Promise<number> => {
    const [, count] =
      new RegExp(`ensemble_words_contradicted_total{service="${service}",[^}]*} (\\d+)`).exec((await desk.get('/metrics')).body) ?? [];
    return Number(count ?? 0);
  };
  const completed = async () => {
    const orderId = await desk.place({ ...keyboard, paymentMethod: 'card' });
    await desk.reaches(orderId, 'COMPLETED');
    return orderId;
  };

  test('of the provider: the order stays as it is, and a person can find it', async () => {
    const orderId = await completed();
    const key = `${orderId}/payment.charge`;
    const before = await counted('payment');
    equal((await write('payments', { key, status: 'succeeded', reference: 'charge-1' })).status, 204);
    deepEqual([await asideOf('payment', orderId), errorsOf(orderId)], [[], []]);
    for (const status of ['refused', 'failed'])
      equal((await write('payments', { key, status, reason: 'the card was stolen' })).status, 204);
    const reason = 'WORD_CONTRADICTS: payment.charge ended as paid; the later word is declined';
    deepEqual([await asideOf('payment', orderId), errorsOf(orderId)], [[['payment.charge', true, reason]], [reason]]);
    equal((await counted('payment')) - before, 1);
    await desk.reaches(orderId, 'COMPLETED');
  });

  test('of the provider, who took money for an order that nobody here knows', async () => {
    const before = await counted('payment');
    for (const _ of [1, 2]) equal((await write('payments', charged)).status, 204);
    const reason = 'WORD_UNASKED: payment.charge was never asked for here; the word is paid';
    deepEqual([await asideOf('payment', nowhere), errorsOf(nowhere)], [[['payment.charge', true, reason]], [reason]]);
    equal((await counted('payment')) - before, 1);
  });

  test('of the carrier, who says of a parcel which it took that it does not take it', async () => {
    const orderId = await completed();
    const before = await counted('shipment');
    equal((await write('carrier', { key: `${orderId}/shipment.schedule`, status: 'refused' })).status, 204);
    const reason = 'WORD_CONTRADICTS: shipment.schedule ended as scheduled; the later word is failed';
    deepEqual([await asideOf('shipment', orderId), errorsOf(orderId)], [[['shipment.schedule', true, reason]], [reason]]);
    equal((await counted('shipment')) - before, 1);
  });

  test('is none where the carrier gives up afterwards: the flow has a row for that', async () => {
    const orderId = await completed();
    for (const _ of [1, 2]) equal((await write('carrier', { key: `${orderId}/shipment.schedule`, status: 'failed' })).status, 204);
    await desk.reaches(orderId, 'CANCELLED');
    deepEqual([await asideOf('shipment', orderId), errorsOf(orderId)], [[], []]);
  });
});

describe('refused', () => {
  const refused: readonly (readonly [string, () => ReturnType<typeof write>, readonly [number, string]])[] = [
    ['unsigned', () => desk.post('/webhooks/payments', charged), [401, 'NOTICE_UNSIGNED']],
    [
      'signed with another secret',
      () => write('payments', charged, { [signatureHeader]: signed('guessed', JSON.stringify(charged)) }),
      [401, 'NOTICE_UNSIGNED'],
    ],
    [
      "signed with the carrier's secret",
      () => write('payments', charged, { [signatureHeader]: signed(outsideSecrets.carrier, JSON.stringify(charged)) }),
      [401, 'NOTICE_UNSIGNED'],
    ],
    [
      "signed with the provider's secret",
      () => write('carrier', givenUp, { [signatureHeader]: signed(outsideSecrets.payments, JSON.stringify(givenUp)) }),
      [401, 'NOTICE_UNSIGNED'],
    ],
    [
      'another body than was signed',
      () => write('payments', { ...charged, key: 'x' }, { [signatureHeader]: signed(outsideSecrets.payments, JSON.stringify(charged)) }),
      [401, 'NOTICE_UNSIGNED'],
    ],
    ['by nobody we know', () => write('toString', charged), [404, 'ROUTE_UNKNOWN']],
    ['no JSON', () => write('payments', '{'), [400, 'REQUEST_MALFORMED']],
    ['no notice', () => write('payments', { key: 7 }), [422, 'REQUEST_INVALID']],
    [
      'a reason that no store keeps',
      () => write('carrier', { key: `${nowhere}/shipment.schedule`, status: 'failed', reason: 'a\0b' }),
      [422, 'REQUEST_INVALID'],
    ],
    ['about no order', () => write('payments', { ...charged, key: 'somebody else/payment.charge' }), [422, 'NOTICE_UNFIT']],
    ['about an operation of others', () => write('payments', { ...charged, key: `${nowhere}/shipment.schedule` }), [422, 'NOTICE_UNFIT']],
    ['an end that it cannot have', () => write('payments', lostRefund), [422, 'NOTICE_UNFIT']],
    ['about a parcel that nobody knows', () => write('carrier', givenUp), [409, 'OPERATION_EARLY']],
    ['another kind of body', () => write('payments', charged, { 'content-type': 'text/html' }), [415, 'MEDIA_TYPE_UNSUPPORTED']],
  ];
  for (const [what, asks, expected] of refused) test(what, async () => deepEqual(codeOf(await asks()), expected));

  test('and told to whoever reads the log, where it was signed and means nothing', async () => {
    warnings.length = 0;
    await write('payments', lostRefund);
    await desk.post('/webhooks/payments', lostRefund);
    deepEqual(warnings, [[{ writer: 'payments', ...lostRefund }, 'a notice that was signed means nothing here']]);
  });

  test('from somebody who was given no secret', async (t) => {
    const other = await openDesk({ outsideSecrets: { ...outsideSecrets, carrier: null } });
    t.after(() => other.close());
    const body = JSON.stringify(givenUp);
    for (const secret of ['', 'null', outsideSecrets.payments]) {
      const headers = { 'content-type': 'application/json', [signatureHeader]: signed(secret, body) };
      deepEqual(codeOf(await other.post('/webhooks/carrier', body, headers)), [401, 'NOTICE_UNSIGNED']);
    }
  });

  test('where the service does not run', async (t) => {
    const other = await openDesk({ config: { services: ['gateway'] }, outsideSecrets });
    t.after(() => other.close());
    const body = JSON.stringify(charged);
    const headers = { 'content-type': 'application/json', [signatureHeader]: signed(outsideSecrets.payments, body) };
    deepEqual(codeOf(await other.post('/webhooks/payments', body, headers)), [503, 'SERVICE_ELSEWHERE']);
  });
});
