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

test('only where no role can be made does a service work as the user of its URL, and only then is that said', async (t) => {
  const { databaseUrl } = testServers();
  const installation = newInstallation();
  const user = `${installation}_user`;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { closing, closeAll } = closings(silentLog);
  t.after(async () => {
    await closeAll();
    await client.query(`drop database if exists ${user} with (force)`);
    for (const role of [user, databaseName(installation, 'payment')]) await client.query(`drop role if exists ${role}`);
    await client.end();
  });
  await client.query(`create role ${user} login password 'p' createrole`);
  await client.query(`create database ${user}`);
  const url = Object.assign(new URL(databaseUrl), { username: user, password: 'p', pathname: `/${user}` }).href;
  const said: unknown[] = [];
  const log = { ...silentLog, warn: (_: object, words: string) => said.push(words) };
  const setting = { config: complete({ installation, databaseUrls: { payment: url } }), log, closing, env: {} };
  const opened = (): Promise<unknown> =>
    openStores(
      participants.filter(({ name }) => name === 'payment'),
      null,
      setting,
    );
  await rejects(opened(), { code: '42501', message: 'permission denied for schema public' });
  deepEqual(said, []);
  await client.query(`drop database ${user}`);
  await client.query(`drop role ${databaseName(installation, 'payment')}`);
  await client.query(`alter role ${user} nocreaterole`);
  await client.query(`create database ${user} owner ${user}`);
  await opened();
  deepEqual(said, ["its database's user may not make a role for it, and is what it works as"]);
});
