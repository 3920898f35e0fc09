import { silentLog } from '@ensemble/engine';
import { testServers } from '@ensemble/testkit/servers';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import pg from 'pg';
import { logTransport } from './broker.ts';
import { complete } from './config.ts';
import { databaseName, passwordOf } from './databases.ts';

const notAllowed = '42501';

test('the log works with a role that may read and write rows there, and nothing else', async (t) => {
  const installation = `log_${randomBytes(6).toString('hex')}`;
  const server = { adminUrl: testServers().databaseUrl, secret: installation, embedded: false };
  const transport = await logTransport(server, complete({ installation }), silentLog);
  t.after(() => transport.close());
  await transport.prepare(['orders'], 2);
  await transport.publish([{ topic: 'orders', key: 'k', value: 'v' }]);
  const subscription = await transport.subscribe({ group: 'g', member: 'm', topics: ['orders'] });
  const [message] = await subscription.take({ messages: 1, bytes: 100 });
  assert.equal(message?.value, 'v');

  const url = new URL(server.adminUrl);
  const role = databaseName(installation, 'log');
  Object.assign(url, { pathname: `/${role}`, username: role, password: passwordOf(server, role) });
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  t.after(() => client.end());
  const forbidden = [
    'create schema mine',
    'create table mine (id int)',
    'drop table entries',
    'truncate entries',
    'delete from migrations',
  ];
  for (const statement of forbidden) await assert.rejects(client.query(statement), { code: notAllowed }, statement);
});
