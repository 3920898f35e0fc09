/** Each message is a CloudEvent 1.0 in structured mode: one JSON value. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
import { EnsembleError } from '@ensemble/errors';

export interface Envelope {
  /** Derived: order id, message key. The same answer said twice is the same message to everyone. */
  readonly id: string;
  readonly source: string;
  /** The message's wire name. */
  readonly type: string;
  /** The order id. */
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

export function seal(envelope: Envelope): string {
  const { id, source, type, subject, time, data, ...extensions } = envelope;
  return JSON.stringify({ specversion: '1.0', id, source, type, subject, time: new Date(time).toISOString(), ...extensions, data });
}

/** Longer ids are somebody's mistake, and could not be an index's key. */
const longestId = 512;

/** `loggedAt` stands in for the time of a message that says none. Errors: MESSAGE_MALFORMED, saying what is missing. */
export function unseal(value: string, loggedAt: number): Envelope {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (cause) {
    throw new EnsembleError('MESSAGE_MALFORMED', 'the message is not JSON', {}, cause);
  }
  if (typeof parsed !== 'object' || parsed === null) throw new EnsembleError('MESSAGE_MALFORMED', 'the message is not a JSON object');
  const event = parsed as Record<string, unknown>;
  for (const attribute of ['id', 'source', 'type', 'subject'] as const) {
    const given = event[attribute];
    if (typeof given !== 'string' || given === '') throw new EnsembleError('MESSAGE_MALFORMED', `the CloudEvent has no ${attribute}`);
  }
  const id = event['id'] as string;
  if (id.length > longestId || !isKeepable(id))
    throw new EnsembleError('MESSAGE_MALFORMED', 'the CloudEvent has an id that cannot be kept');
  const subject = (event['subject'] as string).toLowerCase();
  if (!isOrderId(subject)) throw new EnsembleError('MESSAGE_MALFORMED', `the subject ${subject.slice(0, 64)} is no order id`);
  if (typeof event['data'] !== 'object' || event['data'] === null)
    throw new EnsembleError('MESSAGE_MALFORMED', 'the CloudEvent has no data object');
  const said = typeof event['time'] === 'string' ? Date.parse(event['time']) : Number.NaN;
  const time = Number.isNaN(said) ? loggedAt : said;
  const { source, type, data } = event as unknown as Envelope;
  return { id, source, type, subject, time, data, ...extensionsOf(event) };
}

/** An extension that is no text is none: some programs write null for what they leave out. */
const extensionsOf = (event: Readonly<Record<string, unknown>>): Pick<Envelope, Extension> =>
  Object.fromEntries(extensions.flatMap((name) => (typeof event[name] === 'string' ? [[name, event[name]]] : [])));

const extensions = ['flow', 'version', 'cause', 'traceparent'] as const;
type Extension = (typeof extensions)[number];

/** A UUID as we write it, in small letters. */
export const orderIdPattern = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const orderIdShape = new RegExp(orderIdPattern);
export const isOrderId = (text: string): boolean => orderIdShape.test(text);

/** A database's text holds neither NUL nor half a surrogate pair; what came from outside may. */
const isKeepable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
export const keepable = (text: string): string => (isKeepable(text) ? text : text.replaceAll('\0', '\uFFFD').toWellFormed());
