import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Parser } from '@asyncapi/parser';
import { seal, unseal } from '@ensemble/engine';
import { codecOf, type Flow } from '@ensemble/flow';
import { flows } from '@ensemble/server';
import { flowDocs, staleDocs } from './flow-docs.ts';

const docs = flowDocs(flows);
const textOf = (name: string): string => docs.get(name) ?? '';

test('the pages in docs/flows are what the flows say (else: npm run docs -- --write)', () => assert.deepEqual(staleDocs(flows), []));

test('a page of a flow that has changed, or is no more, is stale', () => {
  const [first, ...rest] = flows as readonly [Flow, ...Flow[]];
  assert.deepEqual(staleDocs([{ ...first, about: 'Something else.' }, ...rest]), [
    'README.md',
    `${first.name}.asyncapi.json`,
    `${first.name}.md`,
  ]);
  assert.deepEqual(staleDocs(rest), ['README.md', `${first.name}.asyncapi.json`, `${first.name}.md`]);
});

describe('what a page says to who takes a seat is so', () => {
  for (const flow of flows)
    test(`${flow.name}: the example of each message is read as that message`, () => {
      const examples = [...textOf(`${flow.name}.md`).matchAll(/^### (.+)$(?:(?!^#)[^])*?```json\n([^]*?)```$/gm)];
      assert.deepEqual(new Set(examples.map(([, key]) => key)), new Set(flow.messages.keys()));
      for (const [, key = '', json = ''] of examples) {
        const message = flow.messages.get(key);
        assert.ok(message);
        const { type, subject, data } = unseal(json, 0);
        assert.equal(type, message.name);
        assert.equal(codecOf(message).problem(data), null, key);
        assert.equal(codecOf(message).decode(data)['orderId'], subject, key);
        if (message.variant) assert.equal(data[message.variant.field], message.variant.value);
      }
    });

  const [{ name }] = flows as readonly [Flow, ...Flow[]];
  const { CloudEvent } = (JSON.parse(textOf(`${name}.asyncapi.json`)) as Described).components.schemas;
  const subject = '01920000-0000-7000-8000-000000000001';
  const sealed = seal({
    id: `${subject}/Said`,
    source: '/our/payments',
    type: 'Said',
    subject,
    time: 0,
    data: {},
    flow: 'a-flow',
    version: 'v1',
    cause: `${subject}/Asked`,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });

  test('the envelope has the attributes that the engine writes', () =>
    assert.deepEqual(Object.keys(CloudEvent.properties).toSorted(), Object.keys(JSON.parse(sealed) as object).toSorted()));

  for (const attribute of Object.keys(CloudEvent.properties).filter((one) => one !== 'specversion')) {
    const required = CloudEvent.required.includes(attribute);
    test(`a message without ${attribute} is ${required ? 'refused' : 'read'}`, () => {
      const without = JSON.stringify({ ...(JSON.parse(sealed) as object), [attribute]: undefined });
      if (required) assert.throws(() => unseal(without, 0), { code: 'MESSAGE_MALFORMED' });
      else assert.equal(unseal(without, 0).id, `${subject}/Said`);
    });
  }
});

interface Described {
  readonly components: { readonly schemas: { readonly CloudEvent: { readonly properties: object; readonly required: readonly string[] } } };
}

describe("AsyncAPI's own parser takes every flow's document", () => {
  const parser = new Parser();
  for (const { name } of flows)
    test(name, async () => {
      const { diagnostics } = await parser.parse(textOf(`${name}.asyncapi.json`));
      assert.deepEqual(
        diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version'),
        [],
      );
    });
});
