/** A participant whose decisions go by the driver: as they would, not at all, or to the refusing outcome. */
import type { Participant } from '@ensemble/engine';
import type { Operation } from '@ensemble/flow';
import type { Driver } from './driver.ts';

type Decide = Participant['decide'][string];

export function driven(participant: Participant, driver: Driver): Participant {
  const decided = Object.values(participant.operations).map((operation) => {
    const decide = participant.decide[operation.verb];
    if (!decide) throw new Error(`${operation.name} has no decision`);
    return [operation.verb, drivenDecision(operation, decide, driver)] as const;
  });
  return { ...participant, decide: Object.fromEntries(decided) };
}

const drivenDecision =
  (operation: Operation, decide: Decide, driver: Driver): Decide =>
  (view: never, facts: { readonly orderId: string }) => {
    const verdict = driver.verdict({ operation: operation.name, orderId: facts.orderId });
    if (verdict.kind === 'throws') throw new Error(`${operation.name} fails by the script`);
    return verdict.kind === 'refuses' ? refusal(operation, verdict.outcome, facts) : decide(view, facts as never);
  };

/** The outcome with what it adds: a fact that came with the message, or words. */
function refusal({ spec }: Operation, outcome: string, facts: Readonly<Record<string, unknown>>): unknown {
  const names = Object.keys(spec.outcomes[outcome]?.adds ?? {});
  const adds = names.map((name): [string, unknown] => [name, facts[name] ?? 'refused by the script']);
  return { says: outcome, adds: Object.fromEntries(adds) };
}
