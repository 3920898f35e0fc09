/** One name, one type: a fact has the same schema wherever it is spoken of. */
import type { TSchema } from 'typebox';
import type { Flow } from '../model.ts';
import type { Operation } from '../operation.ts';
import { allMessages } from '../said.ts';
import type { Structure } from './known.ts';
import { type Problem, problem } from './problem.ts';

interface Mention {
  readonly path: readonly string[];
  readonly schema: TSchema;
  readonly where: string;
}

export function checkFactTypes(flow: Flow): readonly Problem[] {
  const mentions = [
    ...flow.rows.flatMap((row) => spokenOf(row.does)),
    ...[...new Set(allMessages(flow))].flatMap((message) =>
      message.fields.map(({ path, schema }) => ({ path, schema, where: message.key })),
    ),
  ];
  return mentions.flatMap((mention) => {
    const first = mentions.map((other) => ({ ...other, part: partOf(other, mention.path) })).find(({ part }) => part);
    if (!first?.part || alike(first.part) === alike(mention.schema)) return [];
    const fact = mention.path.join('.');
    return [
      problem('FLOW_FACT_TYPES', mention.where, `${fact} is ${alike(mention.schema)} here and ${alike(first.part)} in ${first.where}`),
    ];
  });
}

const spokenOf = ({ name, spec }: Operation): readonly Mention[] =>
  [spec.needs, spec.uses, spec.keeps, ...Object.values(spec.outcomes).map((outcome) => outcome.adds)].flatMap((shape = {}) =>
    Object.entries(shape).map(([fact, schema]) => ({ path: [fact], schema, where: name })),
  );

/** The schema that a mention of a fact gives to one of its parts. */
function partOf({ path, schema }: Mention, part: readonly string[]): TSchema | undefined {
  if (path.some((segment, index) => segment !== part[index])) return undefined;
  return part.slice(path.length).reduce<TSchema | undefined>((at, segment) => {
    const { items, properties } = (at ?? {}) as Structure;
    return items ?? properties?.[segment];
  }, schema);
}

const annotations = new Set(['title', 'description', 'examples', 'default', '$id']);

/** What of a schema decides which values fit. */
const alike = (schema: TSchema): string =>
  JSON.stringify(schema, (key, value: unknown) =>
    annotations.has(key)
      ? undefined
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );
