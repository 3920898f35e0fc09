import { Command } from 'commander';
import type { Entry, Order } from '../api.ts';
import { answer, type Cli, paintOf, serverOf } from '../cli.ts';
import { amountWords } from '../money.ts';
import type { Paint } from '../paint.ts';
import { lineWords, moment, owedWords, timelineLines, waitWords } from '../timeline.ts';

export const show = (cli: Cli): Command =>
  new Command('show')
    .description('Show an order and everything that happened to it.')
    .argument('<order>', 'its id')
    .addHelpText(
      'after',
      `
Examples:
  $ npx ensemble order show 01980f3e-8f5c-7c43-a1a4-0a8f5c7c43a1
  $ npx ensemble order show 01980f3e-8f5c-7c43-a1a4-0a8f5c7c43a1 --json | jq .status`,
    )
    .action(async (orderId: string, _: object, command: Command) => {
      const client = serverOf(cli, command);
      const [order, { entries }] = await Promise.all([client.order(orderId), client.timeline(orderId)]);
      answer(cli, command, { ...order, entries }, () => orderLines(order, entries, paintOf(cli)));
    });

function orderLines(order: Order, entries: readonly Entry[], paint: Paint): string[] {
  const { currency, total, lines, reason, archived, waitingFor = [], problems = [] } = order;
  const facts = [
    ['order', paint.bold(order.orderId)],
    ['status', paint.status(order.status, order.statusWord)],
    ...(reason === null ? [] : [['because', reason]]),
    ['flow', order.flow],
    ['customer', order.customerId ?? 'not known yet'],
    ...(lines ?? []).map((line, index) => [index === 0 ? 'lines' : '', lineWords(line, currency)]),
    ...(total === null ? [] : [['total', amountWords(total, currency)]]),
    ...(archived ? [['archived', `as ${archived.statusWord} on ${moment(archived.archivedAt)}`]] : []),
    ...waitingFor.map((wait, index) => [index === 0 ? 'waiting' : '', waitWords(wait, paint)]),
    ...problems.map((problem, index) => [index === 0 ? 'problem' : '', owedWords(problem)]),
  ];
  const timeline = entries.length === 0 ? ['Nothing has been said about it yet.'] : timelineLines(entries, paint);
  return [...facts.map(([name = '', value = '']) => `${name.padEnd(9)} ${value}`), '', ...timeline];
}
