/** The whole program on real servers: an installation of its own, whose databases and roles go with the test. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Config } from '../src/config.ts';
import { type Running, startEnsemble } from '../src/start.ts';
import { until } from './until.ts';

export interface Started extends Running {
  /** What it told whoever started it. */
  readonly lines: readonly string[];
  place(order?: object): Promise<string>;
  status(orderId: string): Promise<string>;
  reaches(orderId: string, status: string): Promise<void>;
}

export const newInstallation = (): string => `test_${randomBytes(6).toString('hex')}`;

const keyboard = { lines: [{ productId: 'keyboard', quantity: 1 }], paymentMethod: 'wallet' };

export async function start(config: Partial<Config>, env: Readonly<Record<string, string | undefined>> = {}): Promise<Started> {
  const lines: string[] = [];
  const running = await startEnsemble(
    { port: 0, logLevel: 'silent', flow: 'create-order', ...config },
    { out: (line) => void lines.push(line), env },
  );
  const status = async (orderId: string): Promise<string> => {
    const answer = await fetch(`${running.url}/api/orders/${orderId}`);
    return String(((await answer.json()) as { status: unknown }).status);
  };
  return {
    ...running,
    lines,
    status,
    async place(order = keyboard) {
      const answer = await fetch(`${running.url}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order),
      });
      const { orderId, code } = (await answer.json()) as { orderId?: string; code?: string };
      if (orderId === undefined) throw new Error(`${answer.status} ${code}`);
      return orderId;
    },
    async reaches(orderId, wanted) {
      let seen = '';
      await until(
        async () => (seen = await status(orderId)) === wanted,
        () => `${orderId} ${wanted}: ${seen}`,
      );
    },
  };
}

export async function dropInstallation(databaseUrl: string, installation: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>('select datname as name from pg_database where starts_with(datname, $1)', [
      `${installation}_`,
    ]);
    for (const { name } of rows) await client.query(`drop database ${client.escapeIdentifier(name)} with (force)`);
    for (const { name } of rows) await client.query(`drop role if exists ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
