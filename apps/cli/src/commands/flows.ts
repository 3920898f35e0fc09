import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import { Argument, Command, Option } from 'commander';
import { answer, type Cli } from '../cli.ts';
import { columns } from '../columns.ts';
import { type Shape, shapes } from '../shapes.ts';

/** Loaded when a flow is asked for; no server need run. */
const catalogue = async (): Promise<readonly Flow[]> => (await import('@ensemble/server')).flows;

export const flows = (cli: Cli): Command =>
  new Command('flows')
    .description('What happens to an order, in what order. Needs no server.')
    .addCommand(list(cli), { isDefault: true })
    .addCommand(show(cli))
    .addHelpText(
      'after',
      `
Examples:
  $ npx ensemble flows
  $ npx ensemble flows show create-order`,
    );

const list = (cli: Cli): Command =>
  new Command('list').description('Which flows there are.').action(async (_: object, command: Command) => {
    const all = (await catalogue()).map(({ name, version, coordinator, messages }) => ({
      name,
      version,
      coordinator,
      messages: messages.size,
    }));
    const row = ({ name, version, messages, coordinator }: (typeof all)[number]) => [
      name,
      version,
      String(messages),
      coordinator ?? 'nobody',
    ];
    answer(cli, command, { flows: all }, () => columns(['flow', 'version', 'messages', 'coordinated by'], all.map(row)));
  });

interface ShowOptions {
  readonly as: Shape;
  readonly path?: string;
}

const show = (cli: Cli): Command =>
  new Command('show')
    .description('One flow: its messages, who says and reads them, and every path an order can take.')
    .addArgument(new Argument('<name>', 'of the flow'))
    .addOption(
      new Option(
        '--as <shape>',
        "text for a terminal, table for Markdown (the document's own, where it has one), mermaid for diagrams (in Markdown; one path: alone), asyncapi for programs",
      )
        .choices(shapes)
        .default('text'),
    )
    .option('--path <name>', 'only this path')
    .addHelpText(
      'after',
      `
Examples:
  $ npx ensemble flows show create-order
  $ npx ensemble flows show create-order --as mermaid > create-order.md
  $ npx ensemble flows show create-order --as asyncapi > create-order.asyncapi.json
  $ npx ensemble flows show create-order --as mermaid --path 'payment.charge declined' > declined.mmd`,
    )
    .action(async (name: string, options: ShowOptions, command: Command) => {
      const { drawn, paths } = await import('../drawn-flow.ts');
      const flow = oneOf(await catalogue(), name, 'flow');
      const all = paths(flow);
      const chosen = options.path === undefined ? all : [oneOf(all, options.path, `path of ${name}`)];
      const { version, coordinator } = flow;
      const messages = [...flow.messages.values()].map(({ key, kind, topic, ours }) => ({
        message: key,
        kind,
        topic,
        ours,
        ...flow.places.get(key),
      }));
      answer(cli, command, { name, version, coordinator, messages, paths: chosen }, () =>
        drawn(flow, options.as, chosen, options.path !== undefined)
          .trimEnd()
          .split('\n'),
      );
    });

/** Errors: COMMAND_INVALID, with the names there are. */
function oneOf<T extends { readonly name: string }>(all: readonly T[], name: string, what: string): T {
  const one = all.find((each) => each.name === name);
  if (one) return one;
  throw new EnsembleError('COMMAND_INVALID', `There is no ${what} called ${name}; there is ${all.map((each) => each.name).join(', ')}.`);
}
