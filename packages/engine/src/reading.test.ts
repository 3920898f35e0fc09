import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { command, does, done, event, type Flow, on, variants } from '@ensemble/flow';
import { Type } from 'typebox';
import { auction, clerk, renamed, sale, shelf } from '../fixtures/sale.ts';
import { altered, message, order } from '../fixtures/station.ts';
import { unseal } from './envelope.ts';
import type { Participant } from './participant.ts';
import { readingsOf } from './reading.ts';

const names = (participant: Participant, flows: readonly Flow[], value: string): readonly (readonly string[])[] | undefined =>
  readingsOf(participant, flows)
    .of(unseal(value, 0))
    ?.readings.map(({ flow, reader }) => [flow.name, reader.name]);

test('a service listens to the topics of what it reads, and no others', () => {
  deepEqual(readingsOf(shelf, [sale]).topics, ['shelf', 'till-said']);
  deepEqual(readingsOf(clerk, [sale]).topics, ['clerk', 'shelf-said', 'till-said']);
});

describe('who reads a message', () => {
  test('by its flow', () =>
    deepEqual(names(shelf, [sale, auction], message('Release', order(1), {}, auction)), [['auction', 'shelf.release']]));
  test('of no flow we know: it is no message of ours, and nobody may drop it in silence', () => {
    const elsewhere = message('Release', order(1), {}, { ...sale, name: 'barter' });
    equal(names(shelf, [sale, auction], elsewhere), undefined);
  });
  test('that names no flow, or null: every flow that has it', () => {
    const both = [
      ['sale', 'shelf.release'],
      ['auction', 'shelf.release'],
    ];
    const release = message('Release', order(1));
    for (const flow of [undefined, null, 7]) deepEqual(names(shelf, [sale, auction], altered(release, { flow })), both);
  });
  test('that names no flow may be of those whose message it fits', () => {
    const mayBe = (value: string, data: object): readonly unknown[] => {
      const meant = readingsOf(shelf, [sale, dearer]).of(unseal(altered(value, { flow: undefined, data }), 0));
      return [meant?.flows.map(({ name }) => name), (meant?.readings ?? []).map(({ flow }) => flow.name)];
    };
    const dearer = renamed('dearer', { Reserve: { orderId: Type.String(), amount: Type.Integer(), price: Type.Integer() } });
    const reserved = message('Reserve', order(1), { amount: 3 });
    const data = { orderId: order(1), amount: 3 };
    const both = ['sale', 'dearer'];
    deepEqual(mayBe(reserved, data), [['sale'], both]);
    deepEqual(mayBe(reserved, { ...data, price: 5 }), [both, both]);
    deepEqual(mayBe(reserved, { orderId: order(1) }), [[], both]); // a misfit of both
  });
  test('the coordinator reads what begins, cancels and answers', () => {
    for (const key of ['Buy', 'Stop', 'Reserved', 'Unavailable', 'Released', 'Paid'])
      deepEqual(names(clerk, [sale], message(key, order(1))), [['sale', 'clerk.coordinator']], key);
    deepEqual(names(clerk, [sale], message('Reserve', order(1))), []);
  });
});

const text = { orderId: Type.String() };
const reserve = does('shelf.reserve', { outcomes: { reserved: done() } });
const recount = does('shelf.recount', { outcomes: { counted: done() } });

/** As a flow would be compiled: one row for each message. */
const flowOf = (rows: Flow['rows']): Flow => ({
  ...sale,
  rows,
  plan: null,
  messages: new Map(rows.flatMap(({ on }) => (on.kind === 'message' ? [[on.message.key, on.message] as const] : []))),
});

test('one name with variants is told apart by its data; a value that no flow defines is no message of ours', () => {
  const { YES, NO } = variants({ kind: 'event', name: 'said', topic: 't', field: 'status' }, { YES: text, NO: text });
  const flow = {
    ...flowOf(on(YES, reserve, { reserved: event('Reserved', 't', text) })),
    messages: new Map([YES, NO].map((each) => [each.key, each])),
  };
  const said = (status: string): string =>
    JSON.stringify({ id: 'x', source: 's', type: 'said', subject: order(1), data: { orderId: order(1), status } });
  deepEqual(
    [names(shelf, [flow], said('YES')), names(shelf, [flow], said('NO')), names(shelf, [flow], said('PERHAPS'))],
    [[['sale', 'shelf.reserve']], [], undefined],
  );
});

test('two dos of one participant in one flow would share its record: refused when it starts', () => {
  const says = { reserved: event('Reserved', 't', text) };
  const rows = [
    ...on(command('A', 't', text), reserve, says),
    ...on(command('B', 't', text), recount, { counted: event('Counted', 't', text) }),
  ];
  throws(() => readingsOf(shelf, [flowOf(rows)]), {
    code: 'PARTICIPANT_TWO_DOS',
    message: 'sale asks shelf for shelf.reserve and shelf.recount',
  });
});
