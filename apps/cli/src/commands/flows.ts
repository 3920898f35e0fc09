import { EnsembleError } from '@ensemble/errors';
import { type Flow, type Path, paths, renderSequence, renderStates, renderTable } from '@ensemble/flow';
import { Argument, Command, Option } from 'commander';
import { answer, type Cli } from '../cli.ts';
import { columns } from '../columns.ts';

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

const shapes = ['text', 'table', 'mermaid'] as const;

interface ShowOptions {
  readonly as: (typeof shapes)[number];
  readonly path?: string;
}

const show = (cli: Cli): Command =>
  new Command('show')
    .description('One flow: its messages, who says and reads them, and every path an order can take.')
    .addArgument(new Argument('<name>', 'of the flow'))
    .addOption(
      new Option('--as <shape>', 'text for a terminal, table for Markdown, mermaid for diagrams (in Markdown; one path: alone)')
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
  $ npx ensemble flows show create-order --as mermaid --path 'payment.charge declined' > declined.mmd`,
    )
    .action(async (name: string, options: ShowOptions, command: Command) => {
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
        drawn(flow, options, chosen).trimEnd().split('\n'),
      );
    });

/** Errors: COMMAND_INVALID, with the names there are. */
function oneOf<T extends { readonly name: string }>(all: readonly T[], name: string, what: string): T {
  const one = all.find((each) => each.name === name);
  if (one) return one;
  throw new EnsembleError('COMMAND_INVALID', `There is no ${what} called ${name}; there is ${all.map((each) => each.name).join(', ')}.`);
}

function drawn(flow: Flow, { as, path }: ShowOptions, chosen: readonly Path[]): string {
  if (as === 'table') return renderTable(flow, 'markdown');
  if (as === 'text') return [...(path === undefined ? [renderTable(flow)] : []), ...chosen.map(pathWords)].join('\n');
  const [only] = chosen;
  if (path !== undefined && only) return renderSequence(flow, only);
  const diagrams = [...chosen.map((each) => [each.name, renderSequence(flow, each)] as const), ['states', renderStates(flow)] as const];
  return [`# ${flow.name}`, ...diagrams.map(([name, diagram]) => `## ${name}\n\n\`\`\`mermaid\n${diagram}\`\`\``)].join('\n\n');
}

/** Its messages in causal order, as many on a line as are read at one sight. */
function pathWords({ name, messages }: Path): string {
  const lines = messages.reduce<readonly string[]>((before, message) => {
    const last = before.at(-1);
    if (last === undefined) return [message];
    const longer = `${last} → ${message}`;
    return longer.length <= 100 ? [...before.slice(0, -1), longer] : [...before, `→ ${message}`];
  }, []);
  return `${name}\n${lines.map((line) => `  ${line}`).join('\n')}\n`;
}
