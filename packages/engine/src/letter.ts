/** A message about an order, opened, and what it tells its readers. */
import { codecOf, type Message } from '@ensemble/flow';
import { type Envelope, messageId, unseal } from './envelope.ts';
import { Recent } from './recent.ts';

export interface Understood {
  /** Under the derived id: a foreign program's ids are only its own, and a flow's message about an order is one, whoever says it. */
  readonly envelope: Envelope;
  readonly facts: Readonly<Record<string, unknown>> & { readonly orderId: string };
}

/** It does not fit its schema. */
export interface Misfit {
  readonly envelope: Envelope;
  /** In words, with paths. */
  readonly problem: string;
}

export class Letter {
  readonly envelope: Envelope;
  #latest: { readonly message: Message; readonly as: Understood | Misfit } | undefined;

  constructor(envelope: Envelope) {
    this.envelope = envelope;
  }

  /** What it tells as this message of a flow, worked out for the first who asks. */
  as(message: Message): Understood | Misfit {
    if (this.#latest?.message !== message) this.#latest = { message, as: understood(this.envelope, message) };
    return this.#latest.as;
  }
}

function understood(opened: Envelope, message: Message): Understood | Misfit {
  const { subject: orderId, data } = opened;
  const envelope = { ...opened, id: messageId(orderId, message.key) };
  const codec = codecOf(message);
  const problem = codec.problem(data);
  return problem === null ? { envelope, facts: { ...codec.decode(data), orderId } } : { envelope, problem };
}

/** A message has several readers, and in one process they read it within moments: it is opened for the first of them. In characters. */
const recent = new Recent<Letter>(2 * 1024 * 1024);

/** Errors: those of `unseal`. */
export function opened(value: string, loggedAt: number): Letter {
  const known = recent.get(value);
  if (known) return known;
  const envelope = unseal(value, Number.NaN);
  if (Number.isNaN(envelope.time)) return new Letter({ ...envelope, time: loggedAt }); // in another log the same text has another time
  const letter = new Letter(envelope);
  recent.set(value, letter);
  return letter;
}
