import type { Transport } from '@ensemble/engine/transport';
import { connect } from './connect.ts';
import type { KafkaTransportOptions } from './options.ts';

export type { KafkaTransportOptions } from './options.ts';

/**
 * Messages over Apache Kafka, from version 2.4 on. Connects when it is first used, and again by itself whenever the brokers come back.
 * What it says about retention (LOG_TRUNCATED) and about brokers that are away goes to the log.
 */
export const kafkaTransport = (options: KafkaTransportOptions): Transport => connect(options);
