/** Who is asked outside: those at OUTSIDE_URL, or a simulated world that starts with this process and forgets with it. */
import { asksOutside, type Participant, type Ports } from '@ensemble/engine';
import { remoteAt } from '@ensemble/outside';
import { serveWorld } from '@ensemble/simulated-world';
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

/** `url`: this process's own. Errors: those of listening. */
export async function openOutside(chosen: readonly Participant[], url: string, { config, env, closing }: Ground): Promise<Outside> {
  const secret = env['OUTSIDE_SECRET'] || null;
  if (!chosen.some(asksOutside)) return { ports: {}, secret, where: null };
  if (config.outsideUrl !== '') return { ports: portsAt(remoteAt(config.outsideUrl)), secret, where: new URL(config.outsideUrl).host };
  const shared = secret ?? newSecret();
  const world = await serveWorld({ port: 0, host: '127.0.0.1', webhooks: `${url}/webhooks`, secret: shared });
  closing('the simulated world', () => world.close());
  return { ports: portsAt(remoteAt(world.url)), secret: shared, where: `simulated, at ${world.url}` };
}
