/** What a person or a program is told when something did not work. */
import { EnsembleError, errorTable, isError } from '@ensemble/errors';
import { CommanderError } from 'commander';
import type { Problem } from './api.ts';
import { type Exit, exits } from './exits.ts';
import { priceChanged } from './price-changed.ts';

/** What happened and what to do, in the fields of a problem (RFC 9457). */
function problemOf(error: EnsembleError): Problem & { readonly code: string; readonly detail: string } {
  const said = isError(error, 'SERVER_REFUSED') ? (error.details['problem'] as Problem) : undefined;
  const { meaning, todo, http } = { http: 0, ...errorTable[error.code] };
  return { title: meaning, todo, status: http, ...said, code: said?.code ?? error.code, detail: error.message };
}

/** What a program is told, whatever went wrong; null: nothing did, it was the help that was asked for. */
export function problemAfter(error: unknown): Problem | null {
  if (error instanceof EnsembleError) return problemOf(error);
  if (!(error instanceof CommanderError)) return problemOf(new EnsembleError('INTERNAL', String(error)));
  if (error.exitCode === 0) return null;
  const words = error.code === 'commander.help' ? 'A command is missing.' : error.message.replace(/^error: /, '');
  return problemOf(new EnsembleError('COMMAND_INVALID', words));
}

/** Two lines: what happened, and what to do. */
function problemLines(error: EnsembleError): string[] {
  const problem = problemOf(error);
  const { code } = problem;
  const { detail, todo } = priceChanged(problem) ?? problem;
  return [`error: ${detail} [${code}]`, ...(todo ? [todo] : [])];
}

export function exitAfter(error: unknown): Exit {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exits.ok : exits.usage;
  if (isError(error, 'COMMAND_INVALID', 'CONFIG_INVALID')) return exits.usage;
  return isError(error, 'SERVER_UNREACHABLE') ? exits.unreachable : exits.refused;
}

/** Commander has told its errors itself. A bug is told with its stack. */
export function errorLines(error: unknown): string[] {
  if (error instanceof CommanderError) return [];
  if (error instanceof EnsembleError) return problemLines(error);
  return ['Something went wrong that should not; this is a bug.', error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
