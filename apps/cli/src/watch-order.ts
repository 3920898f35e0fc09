import type { Command } from 'commander';
import type { Order } from './api.ts';
import { type Cli, next, paintOf, wantsJson } from './cli.ts';
import type { Client } from './client.ts';
import { exitOf, exits } from './exits.ts';
import { follow, type Step } from './follow.ts';
import { after, atFirst, type Before, owedWords, timelineHead, timelineLine, verdict } from './timeline.ts';

/** Shows an order's timeline as it happens; the exit code tells how it ended. Errors: those of follow. */
export async function watchOrder(cli: Cli, command: Command, client: Client, orderId: string): Promise<void> {
  const { terminal } = cli;
  const screen = wantsJson(command) ? jsonScreen(cli) : wordScreen(cli, orderId);
  const last = await terminal.interruptible(async (interrupted) => {
    let order: Order | undefined;
    for await (const step of follow(client, orderId, interrupted)) {
      if (step.kind === 'lost') terminal.err('The connection is lost; trying again.');
      else screen.step(step);
      if (step.kind === 'status') ({ order } = step);
    }
    return interrupted.aborted ? 'interrupted' : order;
  });
  if (last === 'interrupted') {
    terminal.err(`\nNobody watches now; the order goes on. To watch it again: ${next(command, `order watch ${orderId}`)}`);
    cli.exit(exits.interrupted);
  } else if (last) {
    screen.ended(last);
    cli.exit(exitOf(last.status));
  }
}

interface Screen {
  step(step: Exclude<Step, { kind: 'lost' }>): void;
  ended(order: Order): void;
}

/** What the server sends, one JSON value a line: an entry, or the order when its status or its problems have changed. */
const jsonScreen = ({ terminal }: Cli): Screen => ({
  step: (step) => terminal.out(JSON.stringify(step.kind === 'entry' ? { entry: step.entry } : { order: step.order })),
  ended: () => undefined,
});

/** The order's head, a line a message, and how it ended. */
function wordScreen(cli: Cli, orderId: string): Screen {
  const { terminal } = cli;
  const paint = paintOf(cli);
  let isNamed = false;
  let before: Before | undefined;
  const said = new Set<string>();
  /** It goes on by itself once that is done, and nobody need be told twice meanwhile; of what does not go on, its end says why. */
  const needs = ({ status, problems = [] }: Order): void => {
    for (const words of status === 'FAILED' ? [] : problems.map(owedWords)) {
      if (!said.has(words)) terminal.out(`A person is needed: ${words}`);
      said.add(words);
    }
  };
  return {
    step(step) {
      if (!isNamed) terminal.out(`Order ${paint.bold(orderId)}`);
      isNamed = true;
      if (step.kind === 'status') return needs(step.order);
      if (before === undefined) {
        before = atFirst([step.entry]);
        terminal.out(timelineHead(before, paint));
      }
      terminal.out(timelineLine(step.entry, before, paint));
      before = after(before, step.entry);
    },
    ended: (order) => terminal.out(verdict(order, paint)),
  };
}
