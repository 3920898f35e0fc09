import { Bell } from '@ensemble/engine/bell';
import { maxMessageBytes, type Outgoing } from '@ensemble/engine/transport';
import { murmur2 } from '@ensemble/engine/partition';
import { EnsembleError } from '@ensemble/errors';
import { type MessageToProduce, ProduceAcks, Producer } from '@platformatic/kafka';
import { endClient, known } from './ending.ts';
import { failureOf, within } from './failures.ts';
import type { Wiring } from './options.ts';

/** A request's worth of one partition must stay below the broker's limit of a message, since it is taken as one. */
const chunkBytes = 900_000;
/** What a topic of ours takes beyond the value, for key and headers. */
const roomBeside = 65_536;
const sendDeadline = 5_000;

type Message = MessageToProduce;

interface Encoded {
  readonly message: Message;
  readonly bytes: number;
}

interface Call {
  readonly encoded: readonly Encoded[];
  /** How many of them the log holds. */
  held: number;
  readonly resolve: () => void;
  readonly reject: (error: EnsembleError) => void;
}

/** How many messages of which calls make up one request, in order. */
type Chunk = readonly { readonly call: Call; readonly messages: readonly Message[] }[];

const encode = ({ topic, key, value, headers }: Outgoing, prefix: string): Encoded => {
  // placed as placeOf does, without making the key's bytes again
  const [name, content] = [Buffer.from(key), Buffer.from(value)];
  const message: Message = { topic: prefix + topic, key: name, value: content, partition: murmur2(name) & 0x7fffffff };
  let beside = name.length;
  if (headers !== undefined) {
    message.headers = new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)]));
    for (const [name, text] of message.headers) beside += name.length + text.length;
  }
  if (content.length > maxMessageBytes || beside > roomBeside) {
    const words = `A message of ${content.length} bytes, and ${beside} bytes of key and headers, for topic ${topic}.`;
    throw new EnsembleError('MESSAGE_TOO_LARGE', words, { topic, key, bytes: content.length, beside, limit: maxMessageBytes });
  }
  return { message, bytes: content.length + beside };
};

const nextChunk = (waiting: readonly Call[], mostCalls: number): Chunk => {
  const chunk: { call: Call; messages: Message[] }[] = [];
  let room = chunkBytes;
  for (const call of waiting.slice(0, mostCalls)) {
    const messages: Message[] = [];
    for (let at = call.held; at < call.encoded.length; at += 1) {
      const next = call.encoded[at];
      if (next === undefined) break;
      const first = chunk.length === 0 && messages.length === 0;
      if (!first && next.bytes > room) {
        if (messages.length > 0) chunk.push({ call, messages });
        return chunk;
      }
      room -= next.bytes;
      messages.push(next.message);
    }
    chunk.push({ call, messages });
  }
  return chunk;
};

/**
 * One request is under way at a time, and what is said meanwhile makes up the next: nothing lingers, batches form by themselves, and
 * order needs no further care. When the broker is away everything that waits is refused too: a later call would otherwise overtake
 * the one that is said again.
 */
export class Publisher {
  readonly #wiring: Wiring;
  #producer: Producer | undefined;
  #waiting: Call[] = [];
  #busy = false;
  /** So many requests are made of one call each, to find the one that the broker refuses. */
  #apart = 0;
  #closed = false;
  #problem = '';
  readonly #idle = new Bell();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** In words; empty while the last request went well. */
  get problem(): string {
    return this.#problem;
  }

  async publish(messages: readonly Outgoing[]): Promise<void> {
    if (this.#closed) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The transport is closed.');
    if (messages.length === 0) return;
    const encoded = messages.map((message) => encode(message, this.#wiring.prefix));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ encoded, held: 0, resolve, reject });
    if (!this.#busy) void this.#work();
    await promise;
  }

  /** What was said before is waited for, as long as requests may take. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#busy) await this.#idle.heard();
    await this.#drop();
  }

  /** As a killed process would: the connection breaks off, and no call is answered. */
  async abandon(): Promise<void> {
    this.#closed = true;
    this.#waiting = [];
    await this.#producer?.connections.close();
    await this.#drop();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.length > 0) {
      const chunk = nextChunk(this.#waiting, this.#apart > 0 ? 1 : Number.POSITIVE_INFINITY);
      this.#apart = Math.max(0, this.#apart - 1);
      try {
        await this.#send(chunk.flatMap(({ messages }) => messages));
        this.#problem = '';
        this.#landed(chunk);
      } catch (cause) {
        await this.#failed(failureOf(cause, 'Messages could not be published'), chunk);
      }
    }
    this.#busy = false;
    this.#idle.ring();
  }

  async #send(messages: Message[]): Promise<void> {
    // without idempotence the client asks for the leader's word alone, and its retries may change the order
    this.#producer ??= known(
      new Producer({
        ...this.#wiring.client,
        idempotent: true,
        acks: ProduceAcks.ALL,
        retries: 3,
        repeatOnStaleMetadata: true,
      }),
    );
    await within(sendDeadline, 'Messages could not be published', this.#producer.send({ messages }));
  }

  #landed(chunk: Chunk): void {
    for (const { call, messages } of chunk) {
      call.held += messages.length;
      if (call.held < call.encoded.length) continue;
      this.#waiting.shift();
      call.resolve();
    }
  }

  async #failed(error: EnsembleError, chunk: Chunk): Promise<void> {
    await this.#drop();
    if (error.code === 'TRANSPORT_UNAVAILABLE') {
      this.#problem = error.message;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    } else if (chunk.length > 1) {
      this.#apart = chunk.length;
    } else {
      this.#waiting.shift()?.reject(error);
    }
  }

  /** After a failure the client's own state is not worth mending: the next request makes a new one. */
  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer !== undefined) await endClient(producer);
  }
}
