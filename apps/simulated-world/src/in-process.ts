/** The simulated world without HTTP, for tests and simulation: the same reactions, on whatever clock there is. */
import { EnsembleError } from '@ensemble/errors';
import type { Remote } from '@ensemble/outside';
import type { Asked } from './books.ts';
import type { World } from './world.ts';

export function inProcess(world: Pick<World, 'react'>): Remote {
  const never = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      const abort = (): void => reject(new EnsembleError('OUTSIDE_UNREACHED', 'the simulated world is silent'));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
    });

  async function react(path: string, request: unknown, signal: AbortSignal) {
    const [, folder = '', key = ''] = path.split('/');
    const reaction = await world.react({ folder, key: decodeURIComponent(key), request: request as Asked['request'] });
    if (reaction.kind === 'is silent') return never(signal);
    if (reaction.kind === 'answers') return reaction.answer;
    throw new EnsembleError('OUTSIDE_UNREACHED', `the simulated world ${reaction.kind}`);
  }

  return {
    async put(path, request, signal) {
      const answer = await react(path, request, signal);
      if (answer) return answer;
      throw new EnsembleError('OUTSIDE_UNREACHED', `the simulated world has nothing at ${path}`);
    },
    get: (path, signal) => react(path, null, signal),
  };
}
