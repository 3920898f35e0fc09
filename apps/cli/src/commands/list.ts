import { orderStatuses } from '@ensemble/flow/status';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Order } from '../api.ts';
import { answer, type Cli, serverOf } from '../cli.ts';
import { columns } from '../columns.ts';
import type { ListFilter } from '../client.ts';
import { amountWords } from '../money.ts';
import { lineWords, moment, owedWords } from '../timeline.ts';

export const list = (cli: Cli): Command =>
  new Command('list')
    .description('List orders, newest first.')
    .addOption(
      new Option(
        '--status <status>',
        "only those that are, by the status that --json has; what is listed is each flow's own word for it",
      ).choices(orderStatuses),
    )
    .option('--limit <number>', 'at most so many, up to 500; default: 50', limit)
    .addHelpText(
      'after',
      `
Flows may have words of their own for the statuses: what is COMPLETED is APPROVED where its flow says so. --status COMPLETED finds both.

Examples:
  $ npx ensemble order list --limit 10
  $ npx ensemble order list --status CANCELLED --json | jq -r '.orders[].reason'`,
    )
    .action(async (filter: ListFilter, command: Command) => {
      const found = await serverOf(cli, command).list(filter);
      const { unheard = [] } = found;
      answer(cli, command, found, ({ orders }) =>
        orders.length === 0
          ? [filter.status === undefined ? 'There are no orders yet.' : `No order is ${filter.status}.`]
          : columns(['order', 'placed', 'status', 'total', 'what'], orders.map(row)),
      );
      if (unheard.length > 0)
        cli.terminal.err(`Not heard: ${unheard.join(', ')}. Orders that are FAILED may be missing, or listed as they were.`);
    });

function limit(text: string): string {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 500) return text;
  throw new InvalidArgumentError('It is a whole number from 1 to 500.');
}

const row = ({ orderId, createdAt, statusWord, total, currency, lines, reason, problems = [] }: Order): readonly string[] => [
  orderId,
  moment(createdAt),
  statusWord,
  total === null ? '' : amountWords(total, currency),
  [(lines ?? []).map((line) => lineWords(line)).join(', '), ...(reason === null ? [] : [reason]), ...problems.map(owedWords)].join(': '),
];
