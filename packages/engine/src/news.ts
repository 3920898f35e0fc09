/**
 * News: messages that are not an order's. A service tells how a row of its own is now, at its start and whenever it changes; others
 * keep copies. Each row carries a version: of two messages about it the newer one counts, whichever comes first and however often.
 */
import { EnsembleError } from '@ensemble/errors';
import { codecOf, event, type Fields, type Message } from '@ensemble/flow';
import { Type } from 'typebox';
import type { Envelope } from './envelope.ts';

/** A message that tells a row. Its topic is its own: nothing else is said there. */
export interface News {
  readonly message: Message;
  /** The field that says what the news are about: their key in the log, and the CloudEvent's subject. */
  readonly about: string;
}

/** As a column of type int holds it. */
const Version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });

/** Each field is a column of the same name where it is told and where it is kept; `version` is added. A reader may name fewer. */
export const news = <const F extends Fields>(name: string, topic: string, about: keyof F & string, fields: F): News => ({
  message: event(name, topic, { ...fields, version: Version }),
  about,
});

/** The same for the same version of the same row, whoever tells it and however often. */
export const newsId = ({ message, about }: News, data: Envelope['data']): string =>
  `${String(data[about])}/${message.name}/${String(data['version'])}`;

/** Why a message on the topic of these news is none of them; null: it is. */
export function problemOf({ message, about }: News, { type, subject, data }: Envelope): EnsembleError | null {
  if (type !== message.name)
    return new EnsembleError('MESSAGE_UNKNOWN', `${message.topic} is for ${message.name} alone, and this is ${type}`);
  const problem = codecOf(message).problem(data) ?? (data[about] === subject ? null : `is about ${subject}, and its ${about} is another`);
  return problem === null ? null : new EnsembleError('MESSAGE_MISFIT', `${type} ${problem}`);
}
