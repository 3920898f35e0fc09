import type { Rule } from './rule.ts';
import { syntaxRules } from './syntax-rules.ts';
import { flowNames, textRules } from './text-rules.ts';

/** Every rule; `flows` are the names of the flows there are. */
export const rules = (flows: readonly string[]): readonly Rule[] => [...textRules, flowNames(flows), ...syntaxRules];
