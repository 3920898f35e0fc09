/** A flow's names are its document's, in both directions; additions are marked as ours. */
import type { DocumentList } from '../document.ts';
import type { Flow } from '../model.ts';
import { list, type Problem, problem } from './problem.ts';

export const checkDocument = (flow: Flow, document: DocumentList): readonly Problem[] => [
  ...inDocument(flow, document),
  ...inFlow(flow, document),
  ...topics(flow, document),
];

const differs = (at: string, reason: string): Problem => problem('FLOW_NAME_DIFFERS', at, reason);

const inFlow = (flow: Flow, document: DocumentList): readonly Problem[] =>
  document.messages.flatMap(({ name, topic, tone }) => {
    const found = [...flow.messages.values()].filter((message) => message.key === name || message.name === name);
    if (found.length === 0) return [differs(name, 'the document names it and the flow has no such message')];
    return found.flatMap((message) => [
      ...(message.ours ? [differs(message.key, 'it is marked as ours, and the document names it')] : []),
      ...(topic && message.topic !== topic ? [differs(message.key, `the document has it on ${topic}, the flow on ${message.topic}`)] : []),
      ...(tone && message.tone !== tone ? [differs(message.key, `the document calls it ${tone}, the flow ${message.tone}`)] : []),
    ]);
  });

const inDocument = (flow: Flow, document: DocumentList): readonly Problem[] =>
  [...flow.messages.values()]
    .filter((message) => !message.ours && !document.messages.some(({ name }) => name === message.key || name === message.name))
    .map((message) => differs(message.key, 'the document has no such message; write its name as the document does, or mark it ours: true'));

function topics(flow: Flow, document: DocumentList): readonly Problem[] {
  const used = [...flow.messages.values()];
  const foreign = used.filter((message) => !message.ours && !document.topics.includes(message.topic));
  const empty = document.topics.filter((topic) => !used.some((message) => message.topic === topic));
  return [
    ...foreign.map((message) => differs(message.key, `its topic ${message.topic} is none of the document's`)),
    ...(empty.length > 0 ? [differs(list(empty), 'the document has this topic, and no message of the flow is on it')] : []),
  ];
}
