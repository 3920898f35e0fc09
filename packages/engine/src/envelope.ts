/** Each message is a CloudEvent 1.0 in structured mode: one JSON value. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
import { EnsembleError } from '@ensemble/errors';

export interface Envelope {
  /** Derived: order id, message key. The same answer said twice is the same message to everyone. */
  readonly id: string;
  readonly source: string;
  /** The message's wire name. */
  readonly type: string;
  /** The order id; of news what they are about. */
  readonly subject: string;
  /** Milliseconds since 1970; RFC 3339 on the wire. */
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Extensions of ours: a message from a foreign program may lack them. */
  readonly flow?: string | undefined;
  readonly version?: string | undefined;
  /** The id of the message that led to this one. */
  readonly cause?: string | undefined;
  readonly traceparent?: string | undefined;
}

export const messageId = (orderId: string, messageKey: string): string => `${orderId}/${messageKey}`;

/** Put together by hand: all but the data are short words, and there is one for every message. */
export function seal({ id, source, type, subject, time, data, flow, version, cause, traceparent }: Envelope): string {
  const required = `{"specversion":"1.0","id":${quoted(id)},"source":${quoted(source)},"type":${quoted(type)},"subject":${quoted(subject)}`;
  const extensions = `${attribute('flow', flow)}${attribute('version', version)}${attribute('cause', cause)}${attribute('traceparent', traceparent)}`;
  return `${required},"time":"${isoTime(time)}"${extensions},"data":${JSON.stringify(data)}}`;
}

const attribute = (name: string, value: string | undefined): string => (value === undefined ? '' : `,"${name}":${quoted(value)}`);

const plain = /^[\w/.:-]*$/;
const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** What one batch says has one time. */
let lastTime = { time: 0, text: new Date(0).toISOString() };

function isoTime(time: number): string {
  if (time !== lastTime.time) lastTime = { time, text: new Date(time).toISOString() };
  return lastTime.text;
}

/** Longer ids are somebody's mistake, and could not be an index's key. */
const longestId = 512;

/** A message about an order. `loggedAt` stands in for the time of one that says none. Errors: MESSAGE_MALFORMED, saying what is missing. */
export function unseal(value: string, loggedAt: number): Envelope {
  const envelope = unsealAny(value, loggedAt);
  const subject = envelope.subject.toLowerCase();
  if (!isOrderId(subject)) throw new EnsembleError('MESSAGE_MALFORMED', `the subject ${subject.slice(0, 64)} is no order id`);
  return subject === envelope.subject ? envelope : { ...envelope, subject };
}

/** The same, whatever it is about. */
export function unsealAny(value: string, loggedAt: number): Envelope {
  const event = parse(value);
  const id = required(event, 'id');
  if (id.length > longestId || !isKeepable(id))
    throw new EnsembleError('MESSAGE_MALFORMED', 'the CloudEvent has an id that cannot be kept');
  const source = required(event, 'source');
  const type = required(event, 'type');
  const subject = required(event, 'subject');
  const { data } = event;
  if (typeof data !== 'object' || data === null) throw new EnsembleError('MESSAGE_MALFORMED', 'the CloudEvent has no data object');
  return {
    id,
    source,
    type,
    subject,
    time: timeOf(event.time) ?? loggedAt,
    data: data as Envelope['data'],
    flow: textOf(event.flow),
    version: textOf(event.version),
    cause: textOf(event.cause),
    traceparent: textOf(event.traceparent),
  };
}

/** What came, before it is known to be an envelope. */
type Event = { readonly [attribute in keyof Envelope]?: unknown };

function parse(value: string): Event {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (cause) {
    throw new EnsembleError('MESSAGE_MALFORMED', 'the message is not JSON', {}, cause);
  }
  if (typeof parsed !== 'object' || parsed === null) throw new EnsembleError('MESSAGE_MALFORMED', 'the message is not a JSON object');
  return parsed;
}

function required(event: Event, attribute: 'id' | 'source' | 'type' | 'subject'): string {
  const given = event[attribute];
  if (typeof given !== 'string' || given === '') throw new EnsembleError('MESSAGE_MALFORMED', `the CloudEvent has no ${attribute}`);
  return given;
}

function timeOf(given: unknown): number | undefined {
  if (given !== lastSaid.text) lastSaid = { text: given, time: typeof given === 'string' ? Date.parse(given) : Number.NaN };
  return Number.isNaN(lastSaid.time) ? undefined : lastSaid.time;
}

/** Neighbours were mostly said in one batch, at one time. */
let lastSaid: { readonly text: unknown; readonly time: number } = { text: undefined, time: Number.NaN };

/** An extension that is no text is none: some programs write null for what they leave out. */
const textOf = (given: unknown): string | undefined => (typeof given === 'string' ? given : undefined);

/** As `seal` begins: in such a text the type stands where it cannot be anything else. */
const sealed = /^\{"specversion":"1\.0","id":"[^"\\]+","source":"[^"\\]+","type":"([^"\\]+)"/;

/** The type of a message that we sealed, without reading all of it; undefined for what others wrote. */
export const typeOf = (value: string): string | undefined => sealed.exec(value)?.[1];

/** A UUID as we write it, in small letters. */
export const orderIdPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const orderIdShape = new RegExp(orderIdPattern);
export const isOrderId = (text: string): boolean => orderIdShape.test(text);

/** A database's text holds neither NUL nor half a surrogate pair; what came from outside may. */
const isKeepable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
export const keepable = (text: string): string => (isKeepable(text) ? text : text.replaceAll('\0', '\uFFFD').toWellFormed());
