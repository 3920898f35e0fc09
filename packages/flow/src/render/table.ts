/** A flow as a table of its messages: aligned text for a terminal, Markdown for documents, its document's own table where it has one. */
import type { DocumentList } from '../document.ts';
import type { Flow } from '../model.ts';
import { added, classOf, listeners, ranked, speakers, wordOf } from './names.ts';
import { aligned, markdownTable } from './text.ts';

export function renderTable(flow: Flow, as: 'text' | 'markdown' = 'text'): string {
  if (as === 'text') return text(flow);
  return flow.document?.headings ? registry(flow, flow.document, flow.document.headings) : markdown(flow);
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
  const [names = [], ...body] = aligned([['message', 'topic', 'said by', 'read by', 'the order is'], ...rows]);
  const line = (cells: readonly string[]) => cells.join('  ').trimEnd();
  const head = `${flow.name} ${flow.version}, ${flow.coordinator ? `coordinated by ${flow.coordinator}` : 'choreographed'}`;
  const plus = messages.some((message) => message.ours) ? ['', '+ added by Ensemble, not in the document'] : [];
  const rule = names.map((name) => '─'.repeat(name.length)).join('  ');
  return [head, '', line(names), rule, ...body.map(line), ...plus, ''].join('\n');
}

function markdown(flow: Flow): string {
  const messages = ranked(flow);
  const staged = messages.some((message) => message.about !== '');
  return markdownTable(
    [...(staged ? ['Stage'] : []), 'Type', 'Message', 'Topic', 'Said by', 'Read by'],
    messages.map((message) => [
      ...(staged ? [message.about] : []),
      classOf(message),
      `\`${message.key}\`${added(message)}`,
      `\`${message.topic}\``,
      speakers(flow, message.key).join(', '),
      listeners(flow, message.key).join(', '),
    ]),
  );
}

/** As the document writes it: its headings, its order, its rows and no others. */
function registry({ messages }: Flow, document: DocumentList, headings: NonNullable<DocumentList['headings']>): string {
  const all = [...messages.values()];
  const columns = Object.keys(headings) as (keyof typeof headings)[];
  const rows = document.messages.map(({ name }) => {
    const message = all.find((one) => one.key === name || one.name === name);
    const cells = { about: message?.about ?? '', tone: message ? classOf(message) : '', name: `\`${name}\`` };
    return columns.map((column) => cells[column]);
  });
  const [names = [], ...body] = aligned([columns.map((column) => headings[column] ?? ''), ...rows]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(names), `|${names.map((name) => `:${'-'.repeat(name.length + 1)}`).join('|')}|`, ...body.map(line), ''].join('\n');
}
