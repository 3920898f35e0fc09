/** The envelope of every message, as others have to write it: a CloudEvent 1.0 in structured mode. The engine reads and writes it. */
import { type TSchema, Type } from 'typebox';
import type { Message } from '../message.ts';
import { exampleOf, exampleOrder } from './example.ts';

/** Attributes that are not here, such as datacontenttype, are accepted and left aside. */
export const CloudEvent = Type.Object({
  specversion: Type.Literal('1.0', { description: 'The version of CloudEvents.' }),
  id: Type.String({
    minLength: 1,
    maxLength: 512,
    description: 'The same message said again has the same id; `<order id>/<message>` is always right.',
  }),
  source: Type.String({ minLength: 1, format: 'uri-reference', description: 'Who says it: any name of yours, such as `/our/payments`.' }),
  type: Type.String({ minLength: 1, description: "The message's name." }),
  subject: Type.String({ format: 'uuid', description: "The order's id, which is the Kafka key too." }),
  time: Type.Optional(Type.String({ format: 'date-time', description: 'When it happened. Without it the time of the log counts.' })),
  data: Type.Object({}, { description: "The message's fields. More fields than it has are accepted and left aside." }),
  flow: Type.Optional(Type.String({ description: "Ensemble's own: the flow's name." })),
  version: Type.Optional(Type.String({ description: "Ensemble's own: the version of the flow that this order goes by." })),
  cause: Type.Optional(Type.String({ description: "Ensemble's own: the id of the message that led to this one." })),
  traceparent: Type.Optional(Type.String({ description: 'The extension for distributed tracing, passed on where it is given.' })),
});

/** Name, whether it must be there, and what it says. */
export const attributes = (): readonly (readonly [name: string, required: boolean, description: string])[] =>
  Object.entries(CloudEvent.properties as Readonly<Record<string, TSchema>>).map(([name, schema]) => [
    name,
    CloudEvent.required.some((one) => one === name),
    (schema as { readonly description?: string }).description ?? '',
  ]);

/** A whole message of an imagined order, with what it must have and its time. */
export const exampleEvent = (message: Message, source: string): Readonly<Record<string, unknown>> => ({
  specversion: '1.0',
  id: `${exampleOrder}/${message.key}`,
  source,
  type: message.name,
  subject: exampleOrder,
  time: '2026-01-01T12:00:00Z',
  data: exampleData(message),
});

/** One value for each field, optional ones too. */
function exampleData({ fields, variant }: Message): Readonly<Record<string, unknown>> {
  const data = fields.map(({ name, path, schema }) => [name, exampleOf(schema, path.at(-1) ?? name)] as const);
  return { ...Object.fromEntries(data), ...(variant ? { [variant.field]: variant.value } : {}) };
}
