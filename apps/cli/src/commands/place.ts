import { Command } from 'commander';
import { answer, type Cli, next, serverOf } from '../cli.ts';
import { type Money, moneyIn } from '../money.ts';
import { oneMoreLine, type WantedLine } from '../product-argument.ts';
import { watchOrder } from '../watch-order.ts';

interface PlaceOptions {
  readonly product?: readonly WantedLine[];
  readonly payment?: string;
  readonly flow?: string;
  readonly total?: Money;
  readonly customer?: string;
  readonly idempotencyKey?: string;
  readonly watch?: true;
}

export const place = (cli: Cli): Command =>
  new Command('place')
    .description('Place an order.')
    .option('--product <product:quantity>', 'what to order; may be given several times', oneMoreLine)
    .option(
      '--payment <method>',
      'how to pay; the demo shop has wallet and card, which pay, declined-card, which never does, and more in the README',
    )
    .option('--flow <name>', "which flow runs it; default: the server's")
    .option('--total <money>', "what it is to cost, as '158.00 EUR'; where it costs something else by now, it is not ordered", moneyIn)
    .option('--customer <id>', 'who orders; default: the demo customer')
    .option('--idempotency-key <key>', 'the same order once more under the same key is the same order')
    .option('--watch', 'show what happens until it has ended; the exit code tells how')
    .addHelpText(
      'after',
      `
Examples:
  $ npx ensemble order place --product keyboard:2 --product mouse --watch
  $ npx ensemble order place --product desk --payment declined-card --watch   # cancelled, exit code 3
  $ npx ensemble order place --product lamp --watch                           # sold out: cancelled too
  $ npx ensemble order place --product mouse:2 --total '69.80 EUR'            # at that price, or not at all`,
    )
    .action(async ({ product, payment, flow, total, customer, idempotencyKey, watch }: PlaceOptions, command: Command) => {
      // Asked for here: where it is mistyped, that is what there is to say.
      if (!product) return command.error("error: required option '--product <product:quantity>' not specified");
      const client = serverOf(cli, command);
      const wanted = { lines: product, paymentMethod: payment, flow, total: total?.amount, currency: total?.currency };
      const placed = await client.place(wanted, { customerId: customer, idempotencyKey });
      if (watch) return watchOrder(cli, command, client, placed.orderId);
      return answer(cli, command, placed, ({ orderId, statusWord }) => [
        `Order ${orderId} is ${statusWord}.`,
        `What happens to it: ${next(command, `order watch ${orderId}`)}`,
      ]);
    });
