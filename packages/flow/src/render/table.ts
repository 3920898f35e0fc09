/** A flow as a table of its messages: aligned text for a terminal, Markdown for documents. */
import type { Flow } from '../model.ts';
import { listeners, ranked, speakers, wordOf } from './names.ts';

export function renderTable(flow: Flow, as: 'text' | 'markdown' = 'text'): string {
  return as === 'text' ? text(flow) : markdown(flow);
}

function text(flow: Flow): string {
  const messages = ranked(flow);
  const rows = messages.map((message) => [
    `${message.key}${message.ours ? ' +' : ''}`,
    message.topic,
    speakers(flow, message.key).join(', '),
    listeners(flow, message.key).join(', '),
    wordOf(flow, flow.places.get(message.key)?.status ?? 'RUNNING'),
  ]);
  const table = [['message', 'topic', 'said by', 'read by', 'the order is'], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const head = `${flow.name} ${flow.version}, ${flow.coordinator ? `coordinated by ${flow.coordinator}` : 'choreographed'}`;
  const added = messages.some((message) => message.ours) ? ['', '+ added by Ensemble, not in the document'] : [];
  const [names = [], ...body] = table;
  return [head, '', line(names), widths.map((width) => '─'.repeat(width)).join('  '), ...body.map(line), ...added, ''].join('\n');
}

function markdown(flow: Flow): string {
  const messages = ranked(flow);
  const staged = messages.some((message) => message.about !== '');
  const head = [...(staged ? ['Stage'] : []), 'Type', 'Message', 'Topic', 'Said by', 'Read by'];
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = messages.map((message) =>
    row([
      ...(staged ? [message.about] : []),
      message.kind === 'command' ? 'command' : message.tone,
      `\`${message.key}\`${message.ours ? ' (added)' : ''}`,
      `\`${message.topic}\``,
      speakers(flow, message.key).join(', '),
      listeners(flow, message.key).join(', '),
    ]),
  );
  return [row(head), row(head.map(() => '---')), ...body, ''].join('\n');
}
