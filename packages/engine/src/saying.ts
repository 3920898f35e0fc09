/** How a message is made: the facts it carries, sealed in an envelope. */
import { codecOf, type Flow, type Message } from '@ensemble/flow';
import { messageId, seal } from './envelope.ts';
import type { Said } from './work.ts';

export interface Saying {
  readonly flow: Flow;
  /** The flow's version that this order began with. */
  readonly version?: string | undefined;
  readonly by: string;
  readonly orderId: string;
  readonly message: Message;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly cause?: string | undefined;
  readonly traceparent?: string | undefined;
}

export function say({ flow, version, by, orderId, message, facts, at, cause, traceparent }: Saying): Said {
  const value = seal({
    id: messageId(orderId, message.key),
    source: `/ensemble/${by}`,
    type: message.name,
    subject: orderId,
    time: at,
    data: codecOf(message).encode({ ...facts, orderId }),
    flow: flow.name,
    version: version ?? flow.version,
    cause,
    traceparent,
  });
  return { topic: message.topic, key: orderId, value };
}
