/** What a message of a flow tells its readers. */
import { codecOf, type Message } from '@ensemble/flow';
import { type Envelope, messageId } from './envelope.ts';
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

interface Known {
  readonly message: Message;
  readonly opened: Envelope;
  readonly told: Told | Misfit;
}

/** A message has several readers, and in one process they read it within moments: it is understood for the first of them. In characters. */
const recent = new Recent<Known>(2 * 1024 * 1024);

/** `value`: the text that the envelope was opened from. */
export function toldBy(value: string, opened: Envelope, message: Message): Told | Misfit {
  const known = recent.get(value);
  if (known?.opened === opened && known.message === message) return known.told;
  const told = understood(opened, message);
  recent.set(value, { message, opened, told });
  return told;
}

function understood(opened: Envelope, message: Message): Told | Misfit {
  const { subject: orderId, data } = opened;
  const envelope = { ...opened, id: messageId(orderId, message.key) };
  const codec = codecOf(message);
  const problem = codec.problem(data);
  return problem === null ? { envelope, facts: { ...codec.decode(data), orderId } } : { envelope, problem };
}
