import { Command } from 'commander';
import type { Cli } from './cli.ts';
import { flows } from './commands/flows.ts';
import { order } from './commands/order.ts';
import { start } from './commands/start.ts';
import { type Exit, exits, exitsExplained } from './exits.ts';
import { errorLines, exitAfter, problemAfter } from './report.ts';
import type { Terminal } from './terminal.ts';

const usualUrl = 'http://127.0.0.1:3000';

/** Runs one command line; never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<Exit> {
  let code: Exit = exits.ok;
  const cli: Cli = {
    terminal,
    exit(told) {
      code = told;
    },
  };
  try {
    await program(cli).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    const problem = args.includes('--json') ? problemAfter(error) : null;
    if (problem) terminal.out(JSON.stringify({ problem }));
    for (const line of errorLines(error)) terminal.err(line);
    return exitAfter(error);
  }
}

function program(cli: Cli): Command {
  const { terminal } = cli;
  const all = new Command('ensemble')
    .description('Orders that run through several services and end right: completed, or cleanly cancelled.')
    .option('--url <address>', 'the server; also ENSEMBLE_URL', terminal.env['ENSEMBLE_URL'] || usualUrl)
    .option('--json', 'for programs: one JSON value, or one a line while watching; {"problem": …} where it fails')
    .version('0.1.0')
    .addHelpText(
      'after',
      `
First steps:
  $ npm start                                              # or: npx ensemble start
  $ npx ensemble order place --product keyboard:2 --watch
  $ npx ensemble flows show standard

${exitsExplained}

With --json stdout has JSON and nothing else, whatever happens: what was asked for, or {"problem": …} with a code, what happened (detail)
and what to do (todo). stderr has words for a person.`,
    );
  for (const command of [start(cli), flows(cli), order(cli)]) all.addCommand(command);
  for (const command of withAllBelow(all)) {
    command
      .configureHelp({ showGlobalOptions: command !== all })
      .configureOutput({ writeOut: (text) => terminal.out(text.trimEnd()), writeErr: (text) => terminal.err(text.trimEnd()) })
      .exitOverride()
      .showSuggestionAfterError()
      .showHelpAfterError('(--help tells more, with examples)');
  }
  return all;
}

const withAllBelow = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(withAllBelow)];
