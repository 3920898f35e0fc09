/** A message about an order, opened, and what it tells its readers. */
import { codecOf, type Message } from '@ensemble/flow';
import { type Envelope, messageId, typeOf, unseal } from './envelope.ts';
import { Recent } from './recent.ts';

export interface Told {
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
  #latest: { readonly message: Message; readonly told: Told | Misfit } | undefined;

  constructor(envelope: Envelope) {
    this.envelope = envelope;
  }

  /** What it tells as this message of a flow, worked out for the first who asks. */
  as(message: Message): Told | Misfit {
    if (this.#latest?.message !== message) this.#latest = { message, told: understood(this.envelope, message) };
    return this.#latest.told;
  }
}

function understood(opened: Envelope, message: Message): Told | Misfit {
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
  const letter = new Letter(unseal(value, loggedAt));
  if (letter.envelope.time !== loggedAt) recent.set(value, letter); // else its time may be the log's, which another log would not share
  return letter;
}

/** As `typeOf`, and of what was opened a moment ago whoever wrote it. */
export const typeIn = (value: string): string | undefined => recent.get(value)?.envelope.type ?? typeOf(value);
