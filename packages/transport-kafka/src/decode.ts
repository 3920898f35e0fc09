import type { Delivery } from '@ensemble/engine/transport';
import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka';
import type { Piece, Reading } from './at-hand.ts';

/** Bits of a record batch's attributes. Source: Kafka's message format, record batch. */
const isControl = 0b100000;
const isAppendTime = 0b1000;

const headersOf = ({ headers }: KafkaRecord): Record<string, string> =>
  Object.fromEntries(headers.map(([name, value]) => [name?.toString() ?? '', value?.toString() ?? '']));

/** What a fetch brought for one partition. Moves `fetched` on, past what holds nothing for us too. */
export const decode = (reading: Reading, batches: readonly RecordsBatch[]): Piece => {
  const { topic } = reading;
  const { partition } = reading.place;
  const deliveries: Delivery[] = [];
  const sizes: number[] = [];
  for (const batch of batches) {
    const { firstOffset, firstTimestamp, maxTimestamp, attributes } = batch;
    const end = firstOffset + BigInt(batch.lastOffsetDelta) + 1n;
    if (end <= reading.fetched) continue;
    if ((attributes & isControl) === 0) {
      for (const record of batch.records) {
        const offset = firstOffset + BigInt(record.offsetDelta);
        // the broker gives whole batches, also when asked for one from its middle on
        if (offset < reading.fetched) continue;
        const timestamp = Number((attributes & isAppendTime) === 0 ? firstTimestamp + record.timestampDelta : maxTimestamp);
        const key = record.key?.toString() ?? '';
        const value = record.value?.toString() ?? '';
        const delivery = { topic, partition, offset, key, value, timestamp };
        deliveries.push(record.headers.length === 0 ? delivery : { ...delivery, headers: headersOf(record) });
        sizes.push((record.key?.length ?? 0) + (record.value?.length ?? 0));
      }
    }
    reading.fetched = end;
  }
  return { reading, deliveries, sizes };
};
