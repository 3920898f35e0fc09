/** Who is asked outside: those at OUTSIDE_URL, or a simulated world that starts with this process and forgets with it. */
import { asksOutside, type Participant, type Ports } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { remoteAt } from '@ensemble/outside';
import { serveWorld } from '@ensemble/simulated-world';
import { simulated } from './config.ts';
import { portsAt } from './outside.ts';
import { newSecret } from './secret.ts';
import type { Ground } from './servers.ts';

export interface Outside {
  readonly ports: Ports;
  /** What notices are signed with; null: nobody may write. */
  readonly secret: string | null;
  /** Where they are, in words for a person; null: nothing here asks outside. */
  readonly where: string | null;
}

/** `url`: this process's own. Errors: CONFIG_INVALID, those of listening. */
export async function openOutside(chosen: readonly Participant[], url: string, { config, env, closing, log }: Ground): Promise<Outside> {
  const secret = env['OUTSIDE_SECRET'] || null;
  if (!chosen.some(asksOutside)) return { ports: {}, secret, where: null };
  if (config.outsideUrl !== '' && config.outsideUrl !== simulated) {
    if (secret === null) log.warn({}, 'OUTSIDE_SECRET is not set: no notice of the payment provider or the carrier is taken');
    return { ports: portsAt(remoteAt(config.outsideUrl)), secret, where: new URL(config.outsideUrl).host };
  }
  // A shop that sells in earnest must not ship what a simulated provider says is paid.
  if (!config.demo && config.outsideUrl !== simulated)
    throw new EnsembleError(
      'CONFIG_INVALID',
      'OUTSIDE_URL does not say where the payment provider and the carrier are; OUTSIDE_URL=simulated starts simulated ones.',
    );
  const shared = secret ?? newSecret();
  const world = await serveWorld({ port: 0, host: '127.0.0.1', webhooks: `${url}/webhooks`, secret: shared });
  closing('the simulated world', () => world.close());
  return { ports: portsAt(remoteAt(world.url)), secret: shared, where: `simulated, at ${world.url}` };
}
