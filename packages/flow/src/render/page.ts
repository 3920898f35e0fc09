/** A flow as a page: all that a person needs to follow it, or to take a seat in it with a service in any language. */
import type { Flow } from '../model.ts';
import { paths } from '../paths.ts';
import type { OrderStatus } from '../status.ts';
import { added, participantsOf, ranked, seatOf, topicsOf, wordOf } from './names.ts';
import { code, linkTo } from './page/markdown.ts';
import { messageSections, messageTable } from './page/messages.ts';
import { planSection } from './page/plan.ts';
import { seatSections } from './page/seats.ts';
import { renderSequence } from './sequence.ts';
import { renderStates } from './states.ts';
import { renderTable } from './table.ts';
import { markdownTable } from './text.ts';

/** Markdown. */
export function renderPage(flow: Flow): string {
  const sections = [
    `# ${flow.name}\n`,
    ...(flow.about === '' ? [] : [`${flow.about}\n`]),
    `${inShort(flow)}\n`,
    ...(flow.document?.headings ? [`In its document's own words:\n\n${renderTable(flow, 'markdown')}`] : []),
    `## Who takes part\n\n${participants(flow)}`,
    `## Every way an order can go\n\n${ways(flow)}`,
    `## What an order is\n\n${mermaid(renderStates(flow))}\n${statuses(flow)}`,
    ...planSection(flow),
    `## Topics\n\nThe key of every message is the id of its order, so that one order's messages stay in one partition.\n\n${topics(flow)}`,
    `## Messages\n\n${messageTable(flow)}`,
    ...messageSections(flow),
    ...seatSections(flow),
  ];
  return sections.join('\n');
}

const mermaid = (diagram: string): string => `\`\`\`mermaid\n${diagram}\`\`\`\n`;

function inShort(flow: Flow): string {
  const { coordinator, begins, cancel, version } = flow;
  const coordinated = coordinator ? `${seatOf(flow, coordinator)} coordinates it` : 'Nobody coordinates it';
  const cancelled = cancel ? `a customer cancels it with ${linkTo(cancel)}` : 'a customer cannot cancel it';
  return `${coordinated}. It begins with ${linkTo(begins)}, and ${cancelled}. This is its version ${code(version)}.`;
}

function participants(flow: Flow): string {
  const rows = participantsOf(flow).map((name) => {
    const operations = [...new Set(flow.rows.filter((row) => row.reader === name).map((row) => row.does.name))];
    const coordinates = flow.coordinator === name ? ['coordinates'] : [];
    return [seatOf(flow, name), code(name), [...coordinates, ...operations.map(code)].join(', ')];
  });
  return markdownTable(['Who', 'In Ensemble', 'What it does'], rows);
}

const ways = (flow: Flow): string =>
  paths(flow)
    .map((path) => `### ${path.name}\n\n${mermaid(renderSequence(flow, path))}`)
    .join('\n');

const meanings: Readonly<Record<OrderStatus, string>> = {
  ACCEPTED: 'the customer was answered, and nobody has spoken of the order yet',
  RUNNING: 'it is on its way',
  CANCELLING: 'what was done for it is being taken back',
  COMPLETED: 'it went through',
  CANCELLED: 'it ended, and nothing of it is left',
  FAILED: 'something could not be taken back in time: a person is needed',
};

function statuses(flow: Flow): string {
  const rows = (Object.keys(meanings) as OrderStatus[]).map((status) => [code(wordOf(flow, status)), code(status), meanings[status]]);
  return markdownTable(['The order is', 'In Ensemble', 'That is'], rows);
}

function topics(flow: Flow): string {
  const rows = topicsOf(flow).map((topic) => {
    const messages = ranked(flow).filter((message) => message.topic === topic);
    return [code(topic), messages.map((message) => `${linkTo(message)}${flow.document ? added(message) : ''}`).join(', ')];
  });
  return markdownTable(['Topic', 'Messages'], rows);
}
