/** What is known about an order at some point of a flow, by dotted paths: lines, or lines.0.productId. */
import type { TSchema } from 'typebox';
import type { Message } from '../message.ts';
import type { Shape } from '../operation.ts';

export interface Known {
  readonly sure: ReadonlySet<string>;
  /** Sure ones included. */
  readonly maybe: ReadonlySet<string>;
}

/** JSON Schema, as far as facts have parts. */
export interface Structure {
  readonly type?: string;
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
}

export const isOptional = (schema: TSchema): boolean => '~optional' in schema;

const known = (paths: readonly (readonly [path: string, sure: boolean])[]): Known => ({
  sure: new Set(['orderId', ...paths.filter(([, sure]) => sure).map(([path]) => path)]),
  maybe: new Set(['orderId', ...paths.map(([path]) => path)]),
});

export const nothingKnown = known([]);

export const carriedBy = (message: Message): Known =>
  known(message.fields.map(({ path, schema }) => [path.join('.'), !isOptional(schema)]));

export const shaped = (shape: Shape): Known => known(Object.entries(shape).map(([name, schema]) => [name, !isOptional(schema)]));

const union = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> => new Set([...one, ...other]);

export const both = (one: Known, other: Known): Known => ({ sure: union(one.sure, other.sure), maybe: union(one.maybe, other.maybe) });

export const either = (one: Known, other: Known): Known => ({
  sure: new Set([...one.sure].filter((path) => other.sure.has(path))),
  maybe: union(one.maybe, other.maybe),
});

/** Known, and not to be relied on. */
export const perhaps = ({ maybe }: Known): Known => ({ sure: nothingKnown.sure, maybe });

/** Whether a fact, or a part of one, is among the paths: itself, what it is a part of, or all parts that it must have. */
export function has(paths: ReadonlySet<string>, path: readonly string[], schema: TSchema): boolean {
  if (path.some((_, index) => paths.has(path.slice(0, index + 1).join('.')))) return true;
  const { items, properties = {}, required = [] } = schema as Structure;
  if (items) return has(paths, [...path, '0'], items);
  return required.length > 0 && required.every((name) => properties[name] && has(paths, [...path, name], properties[name]));
}
