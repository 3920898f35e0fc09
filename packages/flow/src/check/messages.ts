/** Messages: said and read, each meaning one thing, and none that circulates. */
import { leadsTo, reached, readersOf, sayersOf, triggerOf } from '../graph.ts';
import type { Message } from '../message.ts';
import type { Flow, Plan } from '../model.ts';
import { allMessages } from '../said.ts';
import { list, nameOf, type Problem, problem } from './problem.ts';

export const checkMessages = (flow: Flow): readonly Problem[] => [
  ...[...flow.messages.keys()].flatMap((key) => [...unread(flow, key), ...unsaid(flow, key)]),
  ...taken(allMessages(flow)),
  ...(flow.plan ? roles(flow, flow.plan) : []),
  ...mixed(flow),
  ...cycle(flow),
];

const unread = (flow: Flow, key: string): readonly Problem[] =>
  readersOf(flow, key).length > 0
    ? []
    : [problem('FLOW_MESSAGE_UNREAD', key, `${list(sayersOf(flow, key))} says it and nobody reads it; add a row that does`)];

const unsaid = (flow: Flow, key: string): readonly Problem[] =>
  sayersOf(flow, key).length > 0
    ? []
    : [problem('FLOW_MESSAGE_UNSAID', key, `${list(readersOf(flow, key))} reads it and nobody says it; add the row whose outcome it is`)];

function taken(messages: readonly Message[]): readonly Problem[] {
  return [...Map.groupBy(new Set(messages), (message) => message.name).values()].flatMap(([first, ...others]) =>
    others.flatMap((other) => {
      const why = first && clash(first, other);
      return why ? [problem('FLOW_NAME_TAKEN', other.key, why)] : [];
    }),
  );
}

function clash(first: Message, other: Message): string | null {
  if (first.key === other.key) return 'two messages of one flow have this name; use the same value for both, or another name';
  if (first.topic !== other.topic) return `variants of ${first.name} are on two topics, ${first.topic} and ${other.topic}`;
  if (first.variant?.field !== other.variant?.field) return `nothing tells it from ${first.key}: variants differ in the value of one field`;
  return null;
}

/** A message stands for one thing, or its reader could not know what it answers. */
function roles({ begins }: Flow, plan: Plan): readonly Problem[] {
  const roles: (readonly [string, string])[] = [
    [begins.key, 'begins the flow'],
    ...(plan.cancel ? [[plan.cancel, 'cancels it'] as const] : []),
    ...plan.later.map((key) => [key, 'comes later'] as const),
    ...plan.groups
      .flat()
      .flatMap((step) => [
        ...(step.says ? [[step.says, `asks for ${step.step}`] as const] : []),
        ...Object.keys(step.answers).map((key) => [key, `answers ${step.step}`] as const),
        ...(step.undo ? [[step.undo.says, `asks for ${step.undo.step}`] as const] : []),
        ...(step.undo?.answers ?? []).map((key) => [key, `answers ${step.undo?.step}`] as const),
      ]),
  ];
  return [...Map.groupBy(roles, ([key]) => key)].flatMap(([key, meant]) =>
    meant.length > 1 && new Set(meant.map(([, role]) => role)).size > 1
      ? [problem('FLOW_MESSAGE_AMBIGUOUS', key, `it ${list(meant.map(([, role]) => role))}; give each its own message`)]
      : [],
  );
}

/** Success and refusal in one message. */
const mixed = (flow: Flow): readonly Problem[] =>
  flow.rows.flatMap((row) =>
    [...Map.groupBy(Object.entries(row.says), ([, message]) => message.key)].flatMap(([key, said]) => {
      const refuses = new Set(said.map(([outcome]) => row.does.spec.outcomes[outcome]?.refuses ?? false));
      const outcomes = said.map(([outcome]) => `"${outcome}"`);
      return refuses.size > 1
        ? [problem('FLOW_MESSAGE_AMBIGUOUS', nameOf(row), `${key} answers ${list(outcomes)}, so nobody can tell success from refusal`)]
        : [];
    }),
  );

/** A repeat repeats its answer: in a cycle one message would circulate for ever. */
function cycle(flow: Flow): readonly Problem[] {
  const edges = leadsTo(flow);
  const within = [...flow.messages.keys()].filter((key) => reached([...(edges.get(key) ?? [])], edges).has(key));
  if (within.length === 0) return [];
  const row = flow.rows.find((one) => within.includes(triggerOf(one) ?? ''));
  return [problem('FLOW_CYCLE', row ? nameOf(row) : flow.name, `${list(within)} lead back to themselves, and would circulate for ever`)];
}
