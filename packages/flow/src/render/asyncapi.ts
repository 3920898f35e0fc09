/** A flow as an AsyncAPI 3.0 document: its topics, its messages in their envelope, and what each participant sends and receives. */
import { codecOf, schemaOf } from '../codec.ts';
import { readBy, readersOf, sayersOf } from '../graph.ts';
import type { Message } from '../message.ts';
import type { Flow } from '../model.ts';
import { CloudEvent, exampleEvent } from './cloud-event.ts';
import { answersOf, classOf, listeners, participantsOf, ranked, seatOf, speakers, topicsOf, wordOf } from './names.ts';

type Json = Readonly<Record<string, unknown>>;

/** JSON text. */
export function renderAsyncApi(flow: Flow): string {
  const messages = ranked(flow);
  const document = {
    asyncapi: '3.0.0',
    id: `urn:ensemble:flow:${flow.name}`,
    info: { title: flow.name, version: flow.version, description: describe(flow) },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(topicsOf(flow).map((topic) => [topic, channel(flow, topic)])),
    operations: Object.fromEntries(participantsOf(flow).flatMap((participant) => operations(flow, participant))),
    components: {
      messages: Object.fromEntries(messages.map((message) => [idOf(message), messageObject(flow, message)])),
      schemas: { CloudEvent },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A key without the stroke of its variant, which a reference could not hold. */
const idOf = ({ key }: Message): string => key.replaceAll('/', '.');

const describe = (flow: Flow): string =>
  [
    flow.about,
    flow.coordinator ? `Coordinated by ${seatOf(flow, flow.coordinator)}.` : 'Choreographed: nobody coordinates.',
    'The key of every message is the id of its order.',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');

function channel(flow: Flow, topic: string): Json {
  const messages = ranked(flow).filter((message) => message.topic === topic);
  return {
    address: topic,
    messages: Object.fromEntries(messages.map((message) => [idOf(message), { $ref: `#/components/messages/${idOf(message)}` }])),
    bindings: { kafka: { topic, bindingVersion: '0.5.0' } },
  };
}

function messageObject(flow: Flow, message: Message): Json {
  const { key, name, about, ours } = message;
  const [sayer = ''] = sayersOf(flow, key);
  const status = wordOf(flow, flow.places.get(key)?.status ?? 'RUNNING');
  const said = `Said by ${speakers(flow, key).join(', ')}; read by ${listeners(flow, key).join(', ')}. The order is ${status} then.`;
  const example = exampleEvent(message, `/ensemble/${sayer}`);
  return {
    name,
    title: key,
    ...(about === '' ? {} : { summary: about }),
    description: ours ? `${said} Added by Ensemble, not in the document.` : said,
    tags: [{ name: classOf(message) }, ...(ours ? [{ name: 'addition' }] : [])],
    contentType: 'application/cloudevents+json',
    bindings: { kafka: { key: { type: 'string', format: 'uuid' }, bindingVersion: '0.5.0' } },
    payload: {
      allOf: [
        { $ref: '#/components/schemas/CloudEvent' },
        { type: 'object', properties: { type: { const: name }, data: schemaOf(message) }, required: ['type', 'data'] },
      ],
    },
    ...(codecOf(message).problem(example['data']) === null ? { examples: [{ name: idOf(message), payload: example }] } : {}),
  };
}

/** What a participant sends, and what it receives: an operation for each topic. */
function operations(flow: Flow, participant: string): readonly (readonly [id: string, operation: Json])[] {
  const operation = (action: 'send' | 'receive', keysOf: (key: string) => readonly string[]) =>
    topicsOf(flow).flatMap((topic) => {
      const messages = ranked(flow).filter((message) => message.topic === topic && keysOf(message.key).includes(participant));
      if (messages.length === 0) return [];
      const answers = action === 'receive' ? messages.flatMap((message) => answered(flow, participant, message)) : [];
      const object = {
        action,
        title: `${seatOf(flow, participant)} ${action === 'send' ? 'says' : 'reads'} on ${topic}`,
        ...(answers.length > 0 ? { description: answers.join('\n') } : {}),
        tags: [{ name: seatOf(flow, participant) }],
        channel: { $ref: `#/channels/${topic}` },
        messages: messages.map((message) => ({ $ref: `#/channels/${topic}/messages/${idOf(message)}` })),
      };
      return [[`${participant}.${action}.${topic}`, object] as const];
    });
  return [...operation('receive', (key) => readersOf(flow, key)), ...operation('send', (key) => sayersOf(flow, key))];
}

const answered = (flow: Flow, participant: string, { key }: Message): readonly string[] =>
  readBy(flow, key)
    .filter((row) => row.reader === participant)
    .map((row) => `${key}: ${row.does.name}${answersOf(row) === '' ? '' : `, which says ${answersOf(row)}`}.`);
