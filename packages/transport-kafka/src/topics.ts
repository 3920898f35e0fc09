import { EnsembleError } from '@ensemble/errors';
import { Admin, ConfigResourceTypes, findErrorBy } from '@platformatic/kafka';
import { setTimeout as wait } from 'node:timers/promises';
import { endClient, known } from './ending.ts';
import { failureOf, within } from './failures.ts';
import type { Wiring } from './options.ts';

const prepareDeadline = 15_000;

/** A value of 1 MiB, and its key, headers and frame. */
const leastLimit = 1_179_648;
const limitName = 'max.message.bytes';
const configs = [
  { name: limitName, value: String(leastLimit) },
  // a delivery's timestamp is when the log took it
  { name: 'message.timestamp.type', value: 'LogAppendTime' },
];

/** Partitions by topic; what does not exist is left out. */
const existing = async (admin: Admin, topics: readonly string[]): Promise<Map<string, number>> => {
  const all = new Set(await admin.listTopics());
  const present = topics.filter((topic) => all.has(topic));
  if (present.length === 0) return new Map();
  const metadata = await admin.metadata({ topics: present, forceUpdate: true });
  return new Map(present.map((topic) => [topic, metadata.topics.get(topic)?.partitionsCount ?? 0]));
};

/** Where a topic takes less, a large message would be refused for ever, and all that is said after it would wait. */
const checkLimits = async (admin: Admin, topics: readonly string[]): Promise<void> => {
  if (topics.length === 0) return;
  const resources = topics.map((resourceName) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName,
    configurationKeys: [limitName],
  }));
  for (const { resourceName: topic, configs: found } of await admin.describeConfigs({ resources })) {
    const limit = Number(found[0]?.value);
    if (limit >= leastLimit) continue;
    const words = `Topic ${topic} takes messages of ${limit} bytes (${limitName}); it must take ${leastLimit}.`;
    throw new EnsembleError('TOPIC_MISMATCH', words, { topic, limit, least: leastLimit });
  }
};

const create = async (admin: Admin, topics: string[], partitions: number): Promise<void> => {
  try {
    await admin.createTopics({ topics, partitions, configs });
  } catch (error) {
    // another process was first: what exists is checked in any case
    if (!(error instanceof Error) || findErrorBy(error, 'apiId', 'TOPIC_ALREADY_EXISTS') === null) throw error;
  }
};

const attempt = async (admin: Admin, topics: readonly string[], partitions: number): Promise<boolean> => {
  const found = await existing(admin, topics);
  const missing = topics.filter((topic) => !found.has(topic));
  for (const [topic, count] of found) {
    if (count !== partitions) {
      throw new EnsembleError('TOPIC_MISMATCH', `Topic ${topic} has ${count} partitions, not ${partitions}.`, {
        topic,
        found: count,
        partitions,
      });
    }
  }
  await checkLimits(admin, [...found.keys()]);
  for (const topic of missing) await create(admin, [topic], partitions);
  return missing.length === 0;
};

/** Names as on the wire. A topic that was just created may not be known to every broker at once, so it looks until it sees them all. */
export const prepareTopics = async ({ client }: Wiring, topics: readonly string[], partitions: number): Promise<void> => {
  const admin = known(new Admin({ ...client, retries: 2 }));
  admin.on('error', () => undefined);
  const run = async (): Promise<void> => {
    while (!(await attempt(admin, topics, partitions))) await wait(20);
  };
  try {
    await within(prepareDeadline, 'Topics could not be prepared', run());
  } catch (error) {
    throw failureOf(error, 'Topics could not be prepared');
  } finally {
    await endClient(admin);
  }
};
