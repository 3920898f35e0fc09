/** What the payment provider and the carrier write: taken in when it is signed and means something, refused with a code otherwise. */
import { signatureHeader, signed } from '@ensemble/outside';
import { deepEqual, equal } from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Desk, openDesk } from '../../test/desk.ts';

const secret = 'between us';
let desk: Desk;
before(async () => {
  desk = await openDesk({ config: { flow: 'standard' }, secret });
});
after(() => desk.close());

const write = (writer: string, notice: unknown, headers: Readonly<Record<string, string>> = {}) => {
  const body = typeof notice === 'string' ? notice : JSON.stringify(notice);
  const own = { 'content-type': 'application/json', [signatureHeader]: signed(secret, body) };
  return desk.post(`/webhooks/${writer}`, body, { ...own, ...headers });
};
const codeOf = ({ status, body }: { readonly status: number; readonly body: unknown }) => [
  status,
  (body as { code?: unknown } | null)?.code,
];
const nowhere = '01920000-0000-7000-8000-000000000404';
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

test('a word that nobody waits for is taken, and changes nothing', async () => {
  equal((await write('payments', charged)).status, 204);
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
      'another body than was signed',
      () => write('payments', { ...charged, key: 'x' }, { [signatureHeader]: signed(secret, JSON.stringify(charged)) }),
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
    [
      'an end that it cannot have',
      () => write('payments', { ...charged, key: `${nowhere}/payment.refund`, status: 'refused' }),
      [422, 'NOTICE_UNFIT'],
    ],
    [
      'about a parcel that nobody knows',
      () => write('carrier', { key: `${nowhere}/shipment.schedule`, status: 'failed' }),
      [409, 'OPERATION_EARLY'],
    ],
    ['another kind of body', () => write('payments', charged, { 'content-type': 'text/html' }), [415, 'MEDIA_TYPE_UNSUPPORTED']],
  ];
  for (const [what, asks, expected] of refused) test(what, async () => deepEqual(codeOf(await asks()), expected));

  test('where the service does not run', async (t) => {
    const other = await openDesk({ config: { services: ['gateway'] }, secret });
    t.after(() => other.close());
    const body = JSON.stringify(charged);
    const headers = { 'content-type': 'application/json', [signatureHeader]: signed(secret, body) };
    deepEqual(codeOf(await other.post('/webhooks/payments', body, headers)), [503, 'SERVICE_ELSEWHERE']);
  });
});
