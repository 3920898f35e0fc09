import { silentLog } from '@ensemble/engine';
import { testServers } from '@ensemble/testkit/servers';
import { deepEqual, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { dropInstallation, newInstallation } from '../test/ensemble.ts';
import { until } from '../test/until.ts';
import { participants } from './catalogue.ts';
import { closings } from './closing.ts';
import { complete } from './config.ts';
import { databaseName, openStores } from './databases.ts';

test('where one store does not open, those that open after it are closed too', async (t) => {
  const { databaseUrl, mysqlUrl } = testServers();
  const installation = newInstallation();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  t.after(async () => {
    await client.end();
    await dropInstallation(databaseUrl, installation);
  });
  const sessions = async (): Promise<readonly unknown[]> => {
    const text = `select application_name from pg_stat_activity where datname = $1 and application_name like 'ensemble %'`;
    return (await client.query({ text, rowMode: 'array' }, [databaseName(installation, 'product')])).rows;
  };
  const { closing, closeAll } = closings(silentLog);
  // Inventory has no tables for MySQL: that is known at once, while the product service's database is still being made.
  const config = complete({ installation, databaseUrls: { inventory: `${mysqlUrl.replace(/\/$/, '')}/any` } });
  const chosen = participants.filter(({ name }) => ['inventory', 'product'].includes(name));
  const server = { adminUrl: databaseUrl, secret: installation, embedded: false };
  const setting = { config, log: silentLog, closing, env: { ENSEMBLE_SECRET: installation } };
  await rejects(openStores(chosen, server, setting), { code: 'CONFIG_INVALID' });
  const before = await sessions();
  await closeAll();
  await until(async () => (await sessions()).length === 0);
  deepEqual(before[0], ['ensemble product 1']);
});
