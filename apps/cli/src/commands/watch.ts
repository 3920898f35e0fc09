import { Command } from 'commander';
import { type Cli, serverOf } from '../cli.ts';
import { watchOrder } from '../watch-order.ts';

export const watch = (cli: Cli): Command =>
  new Command('watch')
    .description('Show what happens to an order, as it happens, until it has ended; the exit code tells how.')
    .argument('<order>', 'its id')
    .addHelpText(
      'after',
      `
Examples:
  $ npx ensemble order watch 01980f3e-8f5c-7c43-a1a4-0a8f5c7c43a1
  $ npx ensemble order watch 01980f3e-8f5c-7c43-a1a4-0a8f5c7c43a1 --json    # one JSON value a line: an entry, or the order`,
    )
    .action((orderId: string, _: object, command: Command) => watchOrder(cli, command, serverOf(cli, command), orderId));
