/** The flow of facts: an operation is told what it needs, and nobody says what nobody could know. */
import { triggerOf } from '../graph.ts';
import type { Message } from '../message.ts';
import type { Flow, Plan, PlanStep, Row } from '../model.ts';
import type { Shape } from '../operation.ts';
import { both, carriedBy, either, has, isOptional, type Known, nothingKnown, perhaps, shaped } from './known.ts';
import { Text } from '../vocabulary.ts';
import { nameOf, type Problem, problem } from './problem.ts';

export const checkFacts = (flow: Flow): readonly Problem[] => [
  ...flow.rows.flatMap((row) => [...missing(row), ...unfounded(flow, row)]),
  ...(flow.plan ? coordinator(flow, flow.plan) : []),
];

/** Whoever has it speak unasked gives what it needs; the clock knows only why. */
function told({ on, does }: Row): Known {
  if (on.kind === 'message') return carriedBy(on.message);
  return on.kind === 'deadline' ? why : both(shaped(does.spec.needs ?? {}), perhaps(shaped(does.spec.uses ?? {})));
}

function missing(row: Row): readonly Problem[] {
  const by = triggerOf(row) ?? 'its own clock';
  return Object.entries(row.does.spec.needs ?? {}).flatMap(([name, schema]) => {
    const { sure, maybe } = told(row);
    if (has(sure, [name], schema)) return [];
    const how = has(maybe, [name], schema) ? 'carries only sometimes; make the field required' : 'does not carry';
    return [problem('FLOW_FACT_MISSING', nameOf(row), `${row.does.name} needs ${name}, which ${by} ${how}`)];
  });
}

/** An answer says what came in, what the outcome adds, and what the participant keeps of the order. */
function unfounded(flow: Flow, row: Row): readonly Problem[] {
  return Object.entries(row.says).flatMap(([outcome, message]) => {
    const adds = shaped(row.does.spec.outcomes[outcome]?.adds ?? {});
    const kept = keptBy(flow, row);
    // a tombstone keeps nothing: its do never came
    const known = both(both(told(row), adds), outcome === 'nothing' || row.does.kind === 'after' ? perhaps(kept) : kept);
    const sources = [...(triggerOf(row) ? [`carried by ${triggerOf(row)}`] : []), `added by "${outcome}"`, `kept by ${row.reader}`];
    return claims(message, known).map(({ fact, sometimes }) =>
      problem(
        'FLOW_FACT_UNFOUNDED',
        nameOf(row),
        sometimes
          ? `${message.key} always says ${fact}, which "${outcome}" knows only sometimes; make the field optional`
          : `${message.key} says ${fact}, which is not ${sources.join(', nor ')}`,
      ),
    );
  });
}

function keptBy({ rows }: Flow, row: Row): Known {
  const owner = rows.find((one) => one.does.name === (row.does.of ?? row.does.name));
  if (!owner?.does.spec.keeps) return nothingKnown;
  const given = told(owner);
  const keeps: Shape = owner.does.spec.keeps;
  const names = Object.keys(keeps).filter((name) => keeps[name] && has(given.maybe, [name], keeps[name]));
  const sure = names.filter((name) => keeps[name] && has(given.sure, [name], keeps[name]));
  return { sure: new Set(sure), maybe: new Set(names) };
}

interface Claim {
  readonly fact: string;
  readonly sometimes: boolean;
}

/** The fields that nothing known can fill. */
function claims(message: Message, { sure, maybe }: Known): readonly Claim[] {
  return message.fields
    .filter(({ path, schema }) => !has(isOptional(schema) ? maybe : sure, path, schema))
    .map(({ path, schema }) => ({ fact: path.join('.'), sometimes: has(maybe, path, schema) }));
}

/** Who takes something back says why. */
const why = shaped({ reason: Text });

/** The coordinator learns from what begins the flow and from each answer; each command says what it has learnt by then. */
function coordinator(flow: Flow, plan: Plan): readonly Problem[] {
  const messageOf = (key: string): Known => {
    const message = flow.messages.get(key);
    return message ? carriedBy(message) : nothingKnown;
  };
  const ever = [...flow.messages.keys()].map(messageOf).reduce(both);
  const asks = (key: string | null, known: Known) => {
    const message = key === null ? undefined : flow.messages.get(key);
    return (message ? claims(message, known) : []).map(({ fact, sometimes }) =>
      problem(
        'FLOW_FACT_UNFOUNDED',
        message?.key ?? '',
        sometimes
          ? `it always says ${fact}, which ${plan.coordinator} may not know by then; make the field optional, or required where it comes from`
          : `it says ${fact}, which no message before it has told ${plan.coordinator}`,
      ),
    );
  };
  let known = messageOf(plan.begins);
  const problems: Problem[] = [];
  for (const group of plan.groups) {
    for (const step of group)
      problems.push(...asks(step.says, known), ...asks(step.undo?.says ?? null, [known, perhaps(ever), why].reduce(both)));
    for (const step of group) known = both(known, learnt(step, messageOf));
  }
  return problems;
}

function learnt(step: PlanStep, messageOf: (key: string) => Known): Known {
  const answers = Object.entries(step.answers);
  const successes = answers.filter(([, { refuses }]) => !refuses).map(([key]) => messageOf(key));
  return successes.length > 0 ? successes.reduce(either) : nothingKnown;
}
