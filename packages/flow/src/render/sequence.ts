/** One path of a flow as a Mermaid sequence diagram: commands in full lines, events in broken ones. */
import { readBy, readersOf, sayersOf } from '../graph.ts';
import type { Flow } from '../model.ts';
import type { Path } from '../paths.ts';
import { seatOf } from './names.ts';

export function renderSequence(flow: Flow, { messages }: Path): string {
  const arrows = messages.flatMap((key) => {
    const [from = ''] = sayersOf(flow, key);
    return readersOf(flow, key).map((to) => ({ key, from, to }));
  });
  const participants = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))];
  return [
    'sequenceDiagram',
    ...participants.map((name) => `  participant ${idOf(name)} as ${seatOf(flow, name)}`),
    ...arrows.map(({ key, from, to }) => `  ${idOf(from)}${lineOf(flow, key, to)}${idOf(to)}: ${key}`),
    '',
  ].join('\n');
}

/** An open head: the reader only keeps a view. */
function lineOf(flow: Flow, key: string, to: string): string {
  if (flow.messages.get(key)?.kind === 'command') return '->>';
  return readBy(flow, key).some((row) => row.reader === to && row.does.kind === 'project') ? '--)' : '-->>';
}

const idOf = (name: string): string => name.replaceAll(/\W/g, '_');
