import { deepEqual, match } from 'node:assert/strict';
import { after, test } from 'node:test';
import { testServers } from '@ensemble/testkit/servers';
import { dropInstallation, newInstallation, start } from '../test/ensemble.ts';

const { databaseUrl, kafkaBrokers } = testServers();
const installation = newInstallation();
after(() => dropInstallation(databaseUrl, installation));

test('on Kafka the same orders end the same, whichever of two processes works them; one stops and the other goes on', async (t) => {
  const config = { databaseUrl, installation, broker: 'kafka', kafkaBrokers, partitions: 2 } as const;
  const one = await start({ ...config, slot: 'one' });
  t.after(() => one.stop());
  const other = await start({ ...config, slot: 'other' });
  t.after(() => other.stop());
  match(one.lines.join('\n'), /broker +Apache Kafka at /);
  const orders = await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? one : other).place()));
  const declined = await one.place({ lines: [{ productId: 'desk', quantity: 1 }], paymentMethod: 'declined-card' });
  for (const orderId of orders) await other.reaches(orderId, 'COMPLETED');
  await other.reaches(declined, 'CANCELLED');
  await one.stop();
  await other.reaches(await other.place(), 'COMPLETED');
  deepEqual(
    other.system.health().filter(({ up }) => !up),
    [],
  );
});
