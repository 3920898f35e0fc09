/** A command, reply or event with its wire name, topic and fields. Which field is which fact is data, and only messages.ts knows it. */
import type { TSchema } from 'typebox';

export type MessageKind = 'command' | 'event';
/** How a document classes an event; drawn, and used by nobody to decide. */
export type Tone = 'domain' | 'failure' | 'compensation';

/** A wire field that carries a fact, or a part of one, under another name: `productID: fact('lines.0.productId', Type.String())`. */
export interface FactField<P extends string = string> {
  readonly path: P;
  readonly schema: TSchema;
}
export const fact = <const P extends string>(path: P, schema: TSchema): FactField<P> => ({ path, schema });

/** By wire name. A bare schema is the fact of the same name. */
export type Fields = Readonly<Record<string, TSchema | FactField>>;

type Head<P extends string> = P extends `${infer H}.${string}` ? H : P;
/** The names of the facts that fields carry. */
export type Carried<F extends Fields> = { [K in keyof F & string]: F[K] extends FactField<infer P> ? Head<P> : K }[keyof F & string];

export interface Message<C extends string = string> {
  /** The wire name: the CloudEvent's type. */
  readonly name: string;
  readonly topic: string;
  readonly kind: MessageKind;
  readonly tone: Tone;
  /** A message told apart from others of its name by the value of one field. */
  readonly variant: { readonly field: string; readonly value: string } | null;
  /** name, or name/value for a variant: unique in a flow. */
  readonly key: string;
  readonly fields: readonly { readonly name: string; readonly path: readonly string[]; readonly schema: TSchema }[];
  /** Not in the document: an addition of Ensemble's. */
  readonly ours: boolean;
  /** The document's own words for it; drawn, and empty where it has none. */
  readonly about: string;
  /** Never set: carries the facts' names for the compiler. */
  readonly carries?: C;
}

export interface MessageOptions {
  readonly tone?: Tone;
  readonly ours?: boolean;
  readonly about?: string;
}

const isField = (field: TSchema | FactField): field is FactField => typeof (field as FactField).path === 'string' && 'schema' in field;

function message<C extends string>(
  kind: MessageKind,
  name: string,
  topic: string,
  fields: Fields,
  options: MessageOptions,
  variant: Message['variant'],
): Message<C> {
  return {
    name,
    topic,
    kind,
    tone: options.tone ?? 'domain',
    ours: options.ours ?? false,
    about: options.about ?? '',
    variant,
    key: variant ? `${name}/${variant.value}` : name,
    fields: Object.entries(fields).map(([wire, field]) =>
      isField(field) ? { name: wire, path: field.path.split('.'), schema: field.schema } : { name: wire, path: [wire], schema: field },
    ),
  };
}

export const command = <const F extends Fields>(
  name: string,
  topic: string,
  fields: F,
  options: MessageOptions = {},
): Message<Carried<F>> => message('command', name, topic, fields, options, null);

export const event = <const F extends Fields>(name: string, topic: string, fields: F, options: MessageOptions = {}): Message<Carried<F>> =>
  message('event', name, topic, fields, options, null);

/**
 * One message whose outcomes are told apart by a field: `variants(event, 'product-reserved', 'product-reserved', 'status',
 * { AVAILABLE: {…fields}, UNAVAILABLE: {…fields} })` gives a message for each value.
 */
export function variants<const V extends Readonly<Record<string, Fields>>>(
  base: { readonly kind: MessageKind; readonly name: string; readonly topic: string; readonly field: string } & MessageOptions,
  values: V,
): { readonly [K in keyof V & string]: Message<Carried<V[K]>> } {
  const made = Object.entries(values).map(([value, fields]) => [
    value,
    message(base.kind, base.name, base.topic, fields, base, { field: base.field, value }),
  ]);
  return Object.fromEntries(made) as { readonly [K in keyof V & string]: Message<Carried<V[K]>> };
}
