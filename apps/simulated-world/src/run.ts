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
const secret = process.env['OUTSIDE_SECRET'] ?? '';
if (secret === '') throw new Error('set OUTSIDE_SECRET, to the same as Ensemble has');

const { url } = await serveWorld({ port: Number(values.port), host: values.host, webhooks: values.webhooks, secret, keepsAlive: true });
console.log(
  `A payment provider and a carrier, simulated, at ${url}; they write to ${values.webhooks}. Start Ensemble with OUTSIDE_URL=${url}`,
);
