/** The simulated world as a process of its own, for a system of several processes: npm start -w @ensemble/simulated-world */
import { parseArgs } from 'node:util';
import { serveWorld } from './serve.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3100' },
    host: { type: 'string', default: '127.0.0.1' },
    webhooks: { type: 'string', default: 'http://localhost:3000/webhooks' },
  },
});

/** As Ensemble has it. */
function secretIn(variable: string): string {
  const secret = process.env[variable] ?? '';
  if (secret === '') throw new Error(`set ${variable}, to the same as Ensemble has`);
  return secret;
}
const secrets = { payments: secretIn('OUTSIDE_SECRET_PAYMENTS'), carrier: secretIn('OUTSIDE_SECRET_CARRIER') };

const { url } = await serveWorld({ port: Number(values.port), host: values.host, webhooks: values.webhooks, secrets, keepsAlive: true });
console.log(
  `A payment provider and a carrier, simulated, at ${url}; they write to ${values.webhooks}. Start Ensemble with OUTSIDE_URL=${url}`,
);
