import { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { cancel } from './cancel.ts';
import { list } from './list.ts';
import { place } from './place.ts';
import { show } from './show.ts';
import { watch } from './watch.ts';

export const order = (cli: Cli): Command =>
  [place, show, watch, cancel, list].reduce(
    (orders, command) => orders.addCommand(command(cli)),
    new Command('order').description('Place orders, look at them, watch them, cancel them.').addHelpText(
      'after',
      `
Examples:
  $ npx ensemble order place --product keyboard:2 --watch
  $ npx ensemble order list --status CANCELLED`,
    ),
  );
