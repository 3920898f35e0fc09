/**
 * Facts to wire fields and back, and the check of what came in. Everything is worked out once per message: these run for every
 * message, some hundred thousand times a second.
 */
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/schema';
import type { Message } from './message.ts';

/** What is known about an order, by name. */
export type Facts = Readonly<Record<string, unknown>>;
/** A CloudEvent's data: wire fields by name. */
export type Data = Readonly<Record<string, unknown>>;
type Bag = Record<string, unknown>;

export interface Codec {
  /** Facts that are not known are left out. */
  readonly encode: (facts: Facts) => Data;
  /** Fields that the message does not have are left aside. `data` must have passed `problem`. */
  readonly decode: (data: Data) => Facts;
  /** What is known and what the data adds. A part of a fact (lines.0.productId) changes that part and keeps the rest. */
  readonly learn: (known: Facts, data: Data) => Facts;
  /** What is wrong with data that came in, in words with paths, to be said after its name; null: nothing. */
  readonly problem: (data: unknown) => string | null;
}

/** Messages are values that live as long as the program: what was worked out for one is kept with it. */
const worked = new WeakMap<Message, Codec>();

export function codecOf(message: Message): Codec {
  const known = worked.get(message);
  if (known) return known;
  const codec = work(message);
  worked.set(message, codec);
  return codec;
}

function work(message: Message): Codec {
  const whole = message.fields.filter(({ path }) => path.length === 1).map(({ name, path }) => ({ name, fact: path[0] ?? name }));
  const parts = message.fields.filter(({ path }) => path.length > 1);
  const { variant } = message;

  const encode = (facts: Facts): Data => {
    const data: Bag = {};
    for (const { name, fact } of whole) {
      const value = facts[fact];
      if (value !== undefined) data[name] = value;
    }
    for (const { name, path } of parts) {
      const value = read(facts, path);
      if (value !== undefined) data[name] = value;
    }
    if (variant) data[variant.field] = variant.value;
    return data;
  };

  const learn = (known: Facts, data: Data): Facts => {
    const facts: Bag = { ...known };
    for (const { name, fact } of whole) {
      const value = data[name];
      if (value !== undefined) facts[fact] = value;
    }
    for (const { name, path } of parts) {
      const value = data[name];
      if (value !== undefined) write(facts, path, value);
    }
    return facts;
  };

  return { encode, decode: (data) => learn({}, data), learn, problem: problemOf(message) };
}

function read(facts: Facts, path: readonly string[]): unknown {
  let at: unknown = facts;
  for (const segment of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Bag)[segment];
  }
  return at;
}

/** Copies what it changes: known facts are shared with whoever gave them. */
function write(facts: Bag, path: readonly string[], value: unknown): void {
  let at = facts;
  for (let i = 0; i < path.length - 1; i++) {
    const segment = path[i] ?? '';
    at = at[segment] = copy(at[segment], isIndex(path[i + 1] ?? ''));
  }
  at[path.at(-1) ?? ''] = value;
}

const isIndex = (segment: string): boolean => /^\d+$/.test(segment);

function copy(value: unknown, list: boolean): Bag {
  if (typeof value !== 'object' || value === null) return (list ? [] : {}) as Bag;
  return (Array.isArray(value) ? value.slice() : { ...value }) as Bag;
}

/** The schema of a message's data. Unknown fields are accepted: schemas evolve by adding. */
export function schemaOf({ fields, variant }: Message): TSchema {
  const properties = Object.fromEntries(fields.map(({ name, schema }) => [name, schema]));
  return Type.Object(variant ? { ...properties, [variant.field]: Type.Literal(variant.value) } : properties);
}

function problemOf(message: Message): Codec['problem'] {
  const validator = Compile(schemaOf(message));
  return (data) => {
    if (validator.Check(data)) return null;
    const [, errors] = validator.Errors(data);
    return errors.map(({ instancePath, message: words }) => `${instancePath.slice(1).replaceAll('/', '.')} ${words}`.trim()).join('; ');
  };
}
