/** Who is asked outside: those at OUTSIDE_URL, or a simulated world that starts with this process and forgets with it. */
import { asksOutside, type Participant, type Ports } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { remoteAt } from '@ensemble/outside';
import { serveWorld } from '@ensemble/simulated-world';
import { type Env, envName, simulated } from './config.ts';
import { portsAt, type Secrets, type Writer, writers } from './outside.ts';
import { newSecret } from './secret.ts';
import type { Ground } from './servers.ts';

export interface Outside {
  readonly ports: Ports;
  readonly secrets: Secrets;
  /** Where they are, in words for a person; null: nothing here asks outside. */
  readonly where: string | null;
}

/** `url`: this process's own. Errors: CONFIG_INVALID, those of listening. */
export async function openOutside(chosen: readonly Participant[], url: string, { config, env, closing, log }: Ground): Promise<Outside> {
  const secrets = secretsIn(env);
  if (!chosen.some(asksOutside)) return { ports: {}, secrets, where: null };
  if (config.outsideUrl !== '' && config.outsideUrl !== simulated) {
    for (const [writer, { who, service }] of allWriters)
      if (secrets[writer] === null && chosen.some(({ name }) => name === service))
        log.warn({}, `${variableOf(writer)} is not set: no notice of ${who} is taken`);
    return { ports: portsAt(remoteAt(config.outsideUrl)), secrets, where: new URL(config.outsideUrl).host };
  }
  // A shop that sells in earnest must not ship what a simulated provider says is paid.
  if (!config.demo && config.outsideUrl !== simulated)
    throw new EnsembleError(
      'CONFIG_INVALID',
      'OUTSIDE_URL does not say where the payment provider and the carrier are; OUTSIDE_URL=simulated starts simulated ones.',
    );
  const shared = { payments: secrets.payments ?? newSecret(), carrier: secrets.carrier ?? newSecret() };
  const world = await serveWorld({ port: 0, host: '127.0.0.1', webhooks: `${url}/webhooks`, secrets: shared });
  closing('the simulated world', () => world.close());
  return { ports: portsAt(remoteAt(world.url)), secrets: shared, where: `simulated, at ${world.url}` };
}

const allWriters = Object.entries(writers) as [Writer, (typeof writers)[Writer]][];
const variableOf = (writer: Writer): string => envName('OUTSIDE_SECRET', writer);

/** Errors: CONFIG_INVALID. */
function secretsIn(env: Env): Secrets {
  const secretOf = (writer: Writer): string | null => env[variableOf(writer)] || null;
  const secrets = { payments: secretOf('payments'), carrier: secretOf('carrier') };
  if (secrets.payments !== null && secrets.payments === secrets.carrier)
    throw new EnsembleError(
      'CONFIG_INVALID',
      `${variableOf('payments')} and ${variableOf('carrier')} are the same: each could write for the other.`,
    );
  return secrets;
}
