/** One value that fits a schema: what the schema says, else something that tells by its name what it stands for. */
import type { TSchema } from 'typebox';

export const exampleOrder = '01920000-0000-7000-8000-000000000001';

/** JSON Schema, as far as values are made from it. */
interface Described {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly examples?: readonly unknown[];
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly minimum?: number;
  readonly minLength?: number;
}

/** `name`: the fact's. */
export function exampleOf(schema: TSchema, name: string): unknown {
  const { type, const: only, anyOf, examples, items, properties, minimum = 0, minLength = 0 } = schema as Described;
  if (name === 'orderId') return exampleOrder;
  if (examples && examples.length > 0) return examples[0];
  if (only !== undefined) return only;
  if (anyOf?.[0]) return exampleOf(anyOf[0], name);
  if (properties) return Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, exampleOf(one, key)]));
  if (items) return [exampleOf(items, name)];
  if (type === 'integer' || type === 'number') return minimum;
  if (type === 'boolean') return true;
  return minLength > 0 ? `${wordsOf(name.replace(/(?<=.)I[dD]$/, '')).join('-')}-1` : `some ${wordsOf(name).join(' ')}`;
}

const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
