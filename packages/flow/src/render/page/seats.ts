/** How a service of one's own, in any language, takes the place of one of Ensemble's: the envelope, the rules, and each seat. */
import { triggerOf } from '../../graph.ts';
import type { Flow, PlanStep, Row } from '../../model.ts';
import { attributes } from '../cloud-event.ts';
import { answersOf, seatOf } from '../names.ts';
import { markdownTable } from '../text.ts';
import { code, codes, linkTo } from './markdown.ts';

export const seatSections = (flow: Flow): readonly string[] => [`## Taking a seat\n\n${rules(flow)}`, ...seats(flow)];

const rules = ({
  name,
}: Flow): string => `Any service below can be replaced by a program of your own: it reads the topics of its seat and says what the seat says, and
nobody notices. Start Ensemble with \`--services\` naming every service but that one. The coordinator's part is Ensemble's own: where a service
coordinates, its seat has that part too.

Each message is one JSON value, a [CloudEvent 1.0](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md)
in structured mode, in UTF-8. Kafka headers are neither needed nor read. The Kafka key is the order's id as text, and the partition is the one
that the Java client chooses for it (murmur2).

${markdownTable(
  ['Attribute', 'Required', 'What it says'],
  attributes().map(([name, required, description]) => [code(name), required ? 'yes' : 'may be left out', description]),
)}
- Read with a consumer group of your own, from the earliest message on, and commit an offset only after what it led to is in your database and was said.
- Leave aside every \`type\` that your seat does not read: other messages, and other flows, may share the topic.
- Say \`flow\` where you can: ${code(name)}. Without it a reader finds the flow by the row that it has of the order. One that has none yet, and
  knows another flow with a message of that name which yours fits too, waits for a row, for a minute, and then forgets your message.
- A message may come more than once, and late. Keep by the order's id what you did and said; asked again, do nothing and say the same.
- A refusal is an answer like any other, and is kept like any other: asked again, refuse again.
- What takes something back is answered even where there is nothing to take back. It may also come before what it takes back: then
  remember it and answer; when the other comes, do nothing and say nothing.
- A message that does not have the fields of its type is read by nobody: it waits as a dead letter, with the reason.
- An amount of money is an integer in minor units: 1250 is 12.50.
`;

function seats(flow: Flow): readonly string[] {
  const asked = flow.rows.filter(({ does }) => does.kind !== 'project');
  return [...Map.groupBy(asked, (row) => row.reader)].map(([reader, rows]) => {
    const seat = seatOf(flow, reader);
    const topics = [...new Set(rows.flatMap(({ on }) => (on.kind === 'message' ? [on.message.topic] : [])))];
    const head = `### The seat of ${seat}${seat === reader ? '' : ` (${code(reader)})`}\n`;
    const reads = topics.length === 0 ? '' : `It reads ${codes(topics)}.\n`;
    return [
      head,
      reads,
      markdownTable(
        ['When it reads', 'It does', 'And says'],
        rows.map((row) => [trigger(row), what(flow, row), says(row)]),
      ),
    ].join('\n');
  });
}

function trigger({ on }: Row): string {
  if (on.kind === 'message') return linkTo(on.message);
  return on.kind === 'later'
    ? 'nothing: unasked, whenever it is so'
    : `nothing: ${time(on.after)} after it began, unless the order has ended`;
}

function what({ plan }: Flow, row: Row): string {
  const { does } = row;
  const asked = triggerOf(row);
  const steps = plan?.groups.flat() ?? [];
  const step = steps.find((one) => one.says === asked && one.step === does.name);
  const undo = steps.find((one) => one.undo?.says === asked && one.undo.step === does.name)?.undo;
  return [
    code(does.name),
    does.kind === 'undo' ? `takes ${code(does.of ?? '')} back` : '',
    does.kind === 'then' ? `goes on from ${code(does.of ?? '')}` : '',
    does.kind === 'after' ? `goes on from what was taken back` : '',
    step ? patience(step) : '',
    undo && undo.answers.length > 0
      ? `asked again every ${time(undo.within)} until it answers; after ${time(undo.giveUp)} a person is needed`
      : '',
  ]
    .filter((words) => words !== '')
    .join('; ');
}

function patience({ within, attempts, kind, answers }: PlanStep): string {
  if (Object.keys(answers).length === 0) return 'told once; nobody waits for an answer';
  return `asked again every ${time(within)}${kind === 'retriable' ? ' until it answers' : `, ${attempts} times in all, and then taken back`}`;
}

const time = (milliseconds: number): string => (milliseconds % 60_000 === 0 ? `${milliseconds / 60_000} min` : `${milliseconds / 1_000} s`);

function says(row: Row): string {
  const silent = Object.keys(row.does.spec.outcomes).filter((outcome) => !(outcome in row.says) && outcome !== 'nothing');
  const answers = answersOf(row, linkTo);
  if (answers === '') return 'nothing';
  return silent.length > 0 ? `${answers}, or nothing (${silent.join(', ')})` : answers;
}
