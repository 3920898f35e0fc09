/** What every command is given. */
import type { Command } from 'commander';
import { type Client, connect } from './client.ts';
import type { Exit } from './exits.ts';
import { type Paint, paintIn } from './paint.ts';
import type { Terminal } from './terminal.ts';

export interface Cli {
  readonly terminal: Terminal;
  /** Said once by a command whose exit code is not 0, unless it throws. */
  exit(code: Exit): void;
}

/** The options that stand behind every command. */
interface Shared {
  readonly url: string;
  readonly json?: true;
}

const shared = (command: Command): Shared => command.optsWithGlobals<Shared & Record<string, unknown>>();

/** The server that the command is about. Errors: COMMAND_INVALID. */
export const serverOf = ({ terminal }: Cli, command: Command): Client => connect(shared(command).url, terminal.fetch);

export const wantsJson = (command: Command): boolean => shared(command).json === true;

export const paintOf = ({ terminal }: Cli): Paint => paintIn(terminal.colours);

/** A command line to type next: it goes to the same server. */
export function next(command: Command, words: string): string {
  const told = command.getOptionValueSourceWithGlobals('url') === 'cli';
  return `npx ensemble ${told ? `--url ${shared(command).url} ` : ''}${words}`;
}

/** The answer, as a program or as a person reads it. */
export function answer<T>({ terminal }: Cli, command: Command, value: T, words: (value: T) => readonly string[]): void {
  if (wantsJson(command)) terminal.out(JSON.stringify(value));
  else for (const line of words(value)) terminal.out(line);
}
