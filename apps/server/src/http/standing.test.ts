/** An order that waits in vain says who does not answer, whatever its status is. */
import { type Row, type SagaRow, sagas, type Standing } from '@ensemble/engine';
import { type Told, tables as histories } from '@ensemble/order-history/tables';
import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openDesk, rewrite } from '../../test/desk.ts';
import { until } from '../../test/until.ts';
import { asDesked } from './find-order.ts';
import { unanswered } from './standing.ts';
import { acceptedView, type OrderView, type Problem, type WaitView } from './views.ts';

const orderId = '01920000-0000-7000-8000-000000000001';
const refund = { operation: 'payment.refund', participant: 'payment', since: 1_000 };
const release = { operation: 'inventory.release', participant: 'inventory', since: 2_000 };

describe('those who do not answer', () => {
  const standing = (flaggedAt: number | null): Standing => ({
    orderId,
    state: 'RUNNING',
    flaggedAt,
    waits: [
      { ...refund, due: 6_000 },
      { ...release, due: 7_000 },
    ],
  });
  const named = (flaggedAt: number | null, now: number) => unanswered(standing(flaggedAt), now);

  test('are told once a person should look, and not because they are late', () => {
    deepEqual(named(null, 99_000), []);
    deepEqual(named(10_000, 9_999), []);
    deepEqual(named(10_000, 10_000), [
      { ...refund, reason: 'no answer' },
      { ...release, reason: 'no answer' },
    ]);
  });

  test('are those whose time is over', () => {
    deepEqual(named(5_000, 6_999), [{ ...refund, reason: 'no answer' }]);
  });
});

describe('what a person has to see to', () => {
  const order = acceptedView([], { orderId, customerId: 'demo', flow: 'a-flow', acceptedAt: 0 });
  const silent = [{ ...release, reason: 'no answer' }];
  const shown = (letters: readonly Problem[], isGivenUp: boolean, unheard: readonly Problem[]) => {
    const { status, problems } = asDesked([], order, { letters, isGivenUp, silent: unheard });
    return [status, problems?.map(({ operation, reason }) => `${operation}: ${reason}`)];
  };

  test('is told of an order that goes on, and does not make it FAILED', () => {
    deepEqual(shown([], false, silent), ['ACCEPTED', ['inventory.release: no answer']]);
    deepEqual(shown([], false, []), ['ACCEPTED', undefined]);
  });

  test('is told in the order in which it began, and of a dead letter only why it is one', () => {
    const letters = [
      { ...release, since: 3_000, reason: 'a bug' },
      { ...refund, reason: 'a bug' },
    ];
    deepEqual(shown(letters, true, silent), ['FAILED', ['payment.refund: a bug', 'inventory.release: a bug']]);
  });
});

type Shown = OrderView & { readonly waitingFor?: readonly WaitView[] };

/** Asked in vain for so long that it is on the desk. */
const onDesk = (row: Row): Row => {
  const { progress, ...saga } = row as SagaRow;
  const asks = { ...progress.asks, 'order.complete': { do: { attempts: 9, since: 1_000, due: Date.UTC(2100, 0, 1) } } };
  return { ...saga, progress: { ...progress, asks }, flagged: true, dueAt: Date.UTC(2100, 0, 1) };
};

/** One more message, of no flow. */
const hearing = (message: string, updatedAt: number) => (row: Row) => {
  const more: Told = { message, by: 'order', at: updatedAt, rank: 99, status: 'RUNNING', changed: {} };
  return { ...row, updatedAt, timeline: [...(row['timeline'] as readonly Told[]), more] };
};

/** What a stream says: `text` grows until `ended`. */
function telling({ body }: Response): { readonly text: string; readonly ended: boolean } {
  const told = { text: '', ended: false };
  const read = async (): Promise<void> => {
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) told.text += text;
    told.ended = true;
  };
  void read();
  return told;
}

test('an order that is paid for and not completed is RUNNING, needs a person, and says so once to who watches it, whoever is not heard meanwhile', async () => {
  const desk = await openDesk();
  try {
    const shown = async (id: string): Promise<Shown> => (await desk.get(`/api/orders/${id}`)).body;
    const waitsFor = (id: string, operation: string) =>
      until(async () => {
        const { status, waitingFor } = await shown(id);
        return status === 'RUNNING' && waitingFor?.some((wait) => wait.operation === operation) === true;
      });
    desk.database('payment', false);
    const id = await desk.place();
    await waitsFor(id, 'payment.charge');
    desk.database('order', false);
    desk.database('payment', true);
    await waitsFor(id, 'order.complete');
    equal((await shown(id)).problems, undefined);

    const stream = await fetch(`${desk.url}/api/orders/${id}/events`, { signal: AbortSignal.timeout(20_000) });
    await rewrite(desk, 'order-saga', sagas, id, onDesk);
    await rewrite(desk, 'order-history', histories.orders, id, (row) => ({ ...row, updatedAt: 1_000 }));
    const problem = { operation: 'order.complete', service: 'order', reason: 'no answer', since: '1970-01-01T00:00:01.000Z' };
    const { status, problems } = await shown(id);
    deepEqual([status, problems], ['RUNNING', [problem]]);
    const told = telling(stream);
    await until(() => told.text.includes('"problems"'));

    desk.database('order-saga', false);
    await rewrite(desk, 'order-history', histories.orders, id, hearing('said while its coordinator is away', 1_000));
    await until(() => told.text.includes('said while its coordinator is away'));
    equal((await shown(id)).problems, undefined);
    desk.database('order-saga', true);
    await rewrite(desk, 'order-history', histories.orders, id, hearing('said just now', Date.now()));
    await until(() => told.text.includes('said just now'));

    desk.database('order', true);
    await desk.reaches(id, 'COMPLETED');
    equal((await shown(id)).problems, undefined);
    await until(() => told.ended);
    const events = told.text.split('\n\n').flatMap((event) => event.match(/^event: status\ndata: (.*)/)?.[1] ?? []);
    deepEqual(
      events.map((text) => JSON.parse(text) as OrderView).map((order) => [order.status, order.problems]),
      [
        ['RUNNING', undefined],
        ['RUNNING', [problem]],
        ['COMPLETED', undefined],
      ],
    );
  } finally {
    await desk.close();
  }
});
