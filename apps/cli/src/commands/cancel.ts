import { Command } from 'commander';
import { answer, type Cli, next, serverOf } from '../cli.ts';
import { watchOrder } from '../watch-order.ts';

interface CancelOptions {
  readonly reason?: string;
  readonly watch?: true;
}

export const cancel = (cli: Cli): Command =>
  new Command('cancel')
    .description('Ask for an order to be cancelled. Once its payment is being made the payment decides.')
    .argument('<order>', 'its id')
    .option('--reason <words>', 'why; it stays in the timeline')
    .option('--watch', 'show what happens until it has ended; the exit code tells how')
    .addHelpText(
      'after',
      `
Examples:
  $ npx ensemble order cancel 01980f3e-8f5c-7c43-a1a4-0a8f5c7c43a1 --reason 'ordered twice' --watch

With --watch the exit code is 3 where it was cancelled, and 0 where that came too late: it is COMPLETED.`,
    )
    .action(async (orderId: string, { reason, watch }: CancelOptions, command: Command) => {
      const client = serverOf(cli, command);
      const asked = await client.cancel(orderId, reason);
      if (watch) return watchOrder(cli, command, client, orderId);
      return answer(cli, command, asked, ({ statusWord }) => [
        `The cancel of order ${orderId} is on its way; the order is ${statusWord}.`,
        `What happens to it: ${next(command, `order watch ${orderId}`)}`,
      ]);
    });
