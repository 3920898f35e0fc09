/** Takes back what was made on servers that stay. */
import { type Config, databaseName, type DatabaseServer, flows, participants, topicsOf } from '@ensemble/server';
import { Admin } from '@platformatic/kafka';
import pg from 'pg';

export async function clearDatabases({ adminUrl }: DatabaseServer, { installation }: Config): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    for (const name of [...participants.map((participant) => participant.name), 'log']) {
      const identifier = client.escapeIdentifier(databaseName(installation, name));
      await client.query(`drop database if exists ${identifier} with (force)`);
      await client.query(`drop role if exists ${identifier}`);
    }
  } finally {
    await client.end();
  }
}

export async function clearTopics(brokers: readonly string[], { installation }: Config): Promise<void> {
  const admin = new Admin({ clientId: installation, bootstrapBrokers: [...brokers], retries: 3 });
  try {
    await admin.deleteTopics({ topics: topicsOf(flows).map((topic) => `${installation}.${topic}`) });
    const groups = [...(await admin.listGroups()).keys()].filter((group) => group.startsWith(`${installation}.`));
    if (groups.length > 0) await admin.deleteGroups({ groups });
  } finally {
    await admin.close();
  }
}
