import type { SubscribeOptions, Transport } from '@ensemble/engine/transport';
import { EnsembleError } from '@ensemble/errors';
import { type KafkaTransportOptions, wiringOf } from './options.ts';
import { Publisher } from './publisher.ts';
import { KafkaSubscription } from './subscription.ts';
import { prepareTopics } from './topics.ts';

export interface Connected extends Transport {
  readonly kind: 'kafka';
  /** Ends as a killed process would, for tests: connections break off, nothing is written, nobody is told. */
  abandon(): Promise<void>;
}

export const connect = (options: KafkaTransportOptions): Connected => {
  const wiring = wiringOf(options);
  const publisher = new Publisher(wiring);
  const subscriptions = new Set<KafkaSubscription>();
  let closed = false;
  const checkOpen = (): void => {
    if (closed) throw new EnsembleError('TRANSPORT_UNAVAILABLE', 'The transport is closed.');
  };
  const subscribe = async (subscribing: SubscribeOptions): Promise<KafkaSubscription> => {
    checkOpen();
    const subscription = new KafkaSubscription(wiring, subscribing);
    subscriptions.add(subscription);
    try {
      await subscription.join();
    } catch (error) {
      subscriptions.delete(subscription);
      await subscription.close();
      throw error;
    }
    return subscription;
  };
  return {
    kind: 'kafka',
    async prepare(topics, partitions) {
      checkOpen();
      const wired = topics.map((topic) => wiring.prefix + topic);
      await prepareTopics(wiring, wired, partitions);
    },
    publish: (messages) => publisher.publish(messages),
    subscribe,
    health() {
      const problem = closed
        ? 'The transport is closed.'
        : ([publisher, ...subscriptions].find((part) => part.problem !== '')?.problem ?? '');
      return { up: problem === '', problem };
    },
    async close() {
      closed = true;
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
      await publisher.close();
    },
    async abandon() {
      closed = true;
      await Promise.all([publisher.abandon(), ...[...subscriptions].map((subscription) => subscription.abandon())]);
    },
  };
};
