/** A trouble that is met again and again: told when it begins, when it becomes another, and when it is over. */
import type { Log } from '@ensemble/engine';

export interface Trouble {
  met(problem: string): void;
  over(): void;
}

export function trouble(log: Log, fields: Readonly<Record<string, unknown>>, what: string): Trouble {
  let told: string | null = null;
  return {
    met(problem) {
      if (problem !== told) log.warn({ ...fields, problem }, what);
      told = problem;
    },
    over() {
      if (told !== null) log.warn(fields, `${what}: over`);
      told = null;
    },
  };
}
