/** The messages of a flow's page: one table of all, then each with its fields and an example. */
import type { TSchema } from 'typebox';
import { isOptional, type Structure } from '../../check/known.ts';
import { sayersOf } from '../../graph.ts';
import type { Message } from '../../message.ts';
import type { Flow } from '../../model.ts';
import { exampleEvent } from '../cloud-event.ts';
import { classOf, listeners, ranked, speakers, wordOf } from '../names.ts';
import { markdownTable } from '../text.ts';
import { code, codes, json, linkTo } from './markdown.ts';

export const messageTable = (flow: Flow): string =>
  markdownTable(
    ['Message', 'Kind', 'Topic', 'Said by', 'Read by', 'The order is', ...(flow.document ? ['Added by Ensemble'] : [])],
    ranked(flow).map((message) => [
      linkTo(message),
      classOf(message),
      code(message.topic),
      speakers(flow, message.key).join(', '),
      listeners(flow, message.key).join(', '),
      wordOf(flow, flow.places.get(message.key)?.status ?? 'RUNNING'),
      ...(flow.document ? [message.ours ? 'yes' : ''] : []),
    ]),
  );

export const messageSections = (flow: Flow): readonly string[] => ranked(flow).map((message) => section(flow, message));

function section(flow: Flow, message: Message): string {
  const { key, name, topic, about, ours, variant } = message;
  const [sayer = ''] = sayersOf(flow, key);
  const words = [
    ...(about === '' ? [] : [`${about}.`]),
    ...(ours && flow.document ? ['Added by Ensemble: the document has no such message.'] : []),
    ...(variant ? [`A ${code(name)} whose field ${code(variant.field)} is ${code(variant.value)}.`] : []),
    `On ${code(topic)}, said by ${codes(speakers(flow, key))} and read by ${codes(listeners(flow, key))}.`,
  ];
  return [`### ${key}\n`, `${words.join(' ')}\n`, fields(message), json(exampleEvent(message, `/ensemble/${sayer}`))].join('\n');
}

function fields({ fields: all, variant }: Message): string {
  const rows = all.map(({ name, path, schema }) => [code(name), typeOf(schema), isOptional(schema) ? '' : 'yes', code(path.join('.'))]);
  const told = variant
    ? [[code(variant.field), code(JSON.stringify(variant.value)), 'yes', 'tells this message from others of its name']]
    : [];
  return markdownTable(['Field of `data`', 'JSON', 'Required', 'Fact'], [...rows, ...told]);
}

/** In words: `array of {productId: string, quantity: integer}`. The exact schema is in the AsyncAPI document. */
function typeOf(schema: TSchema): string {
  const { type = 'any', items, properties } = schema as Structure;
  if (items) return `array of ${typeOf(items)}`;
  if (!properties) return type;
  const parts = Object.entries(properties).map(([name, one]) => `${name}${isOptional(one) ? '?' : ''}: ${typeOf(one)}`);
  return `{${parts.join(', ')}}`;
}
