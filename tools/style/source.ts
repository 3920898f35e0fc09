import { parseSync } from '@swc/core';

/** A file as the rules see it. */
export interface Source {
  readonly path: string;
  readonly text: string;
  /** Its whole syntax tree, walked once for all rules; empty for any other than a TypeScript file. */
  readonly places: readonly Place[];
}

/** A node, and its ancestors, nearest first. */
interface Place {
  readonly node: Node;
  readonly above: readonly Node[];
}

/** Any node of the tree: swc's types have no common shape to walk by, so a node is what it has. */
export interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [field: string]: unknown;
}

export function source(path: string, text: string): Source {
  if (!/\.[cm]?tsx?$/.test(path)) return { path, text, places: [] };
  const module: unknown = parseSync(text, { syntax: 'typescript', tsx: path.endsWith('x'), decorators: true, target: 'es2024' });
  return { path, text, places: [...walk(module as Node)] };
}

/** A value of the tree that is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The children of a node, whatever their field. Some sit in plain objects and lists on the way. */
function* within(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* found(item);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) yield* found(item);
}

function* found(value: unknown): Generator<Node> {
  if (isNode(value)) yield value;
  else yield* within(value);
}

/** Every node below and with `node`. */
export function* walk(node: Node, above: readonly Node[] = []): Generator<Place> {
  yield { node, above };
  const path = [node, ...above];
  for (const child of within(node)) yield* walk(child, path);
}

/** A place of a span as a line number, from 1. swc counts bytes of UTF-8, from 1. */
export function lineOf(text: string, place: number): number {
  return Buffer.from(text)
    .subarray(0, place - 1)
    .toString()
    .split('\n').length;
}

/** How many lines a node takes. */
export function linesOf(text: string, node: Node): number {
  return lineOf(text, node.span.end) - lineOf(text, node.span.start) + 1;
}

/** The name that an identifier, a string literal or a member access ends in; empty for anything else. */
export function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'MemberExpression') return nameOf(value['property']);
  return typeof value['value'] === 'string' ? value['value'] : '';
}
