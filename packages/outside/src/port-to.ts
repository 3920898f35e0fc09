/** A port to somebody who speaks of requests by key: how they say it ended becomes the word of an operation. */
import type { Port, WordOf } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import type { Answer } from './answer.ts';
import type { Remote } from './remote.ts';

/** `wordOf`: null where what they say cannot be an end of the operation; then nobody knows, and it is asked again. */
export function portTo<O>(remote: Remote, folder: string, wordOf: (answer: Answer) => WordOf<O> | null): Port<O> {
  const path = (key: string): string => `/${folder}/${encodeURIComponent(key)}`;
  function word(key: string, answer: Answer): WordOf<O> | 'pending' {
    if (answer.status === 'pending') return 'pending';
    const found = wordOf(answer);
    if (found) return found;
    throw new EnsembleError('WORD_MISFIT', `${key} cannot end as ${answer.status}: ${answer.reason ?? 'no reason is given'}`);
  }
  return {
    ask: async ({ key, request }, signal) => word(key, await remote.put(path(key), request, signal)),
    async find({ key }, signal) {
      const answer = await remote.get(path(key), signal);
      return answer ? word(key, answer) : 'unknown';
    },
  };
}
