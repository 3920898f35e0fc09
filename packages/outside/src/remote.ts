/** JSON over HTTP with somebody outside. What is asked for has an address of its own, so that asking twice is asking once (PUT). */
import { EnsembleError } from '@ensemble/errors';
import { Check } from 'typebox/schema';
import { Answer } from './answer.ts';

export interface Remote {
  /** Errors: OUTSIDE_UNREACHED, of which nobody knows whether it was done. */
  put(path: string, request: unknown, signal: AbortSignal): Promise<Answer>;
  /** null: nothing was ever asked for there. Errors: OUTSIDE_UNREACHED. */
  get(path: string, signal: AbortSignal): Promise<Answer | null>;
}

/** `url`: http(s)://host:port, with a path or without. */
export function remoteAt(url: string): Remote {
  const at = (path: string): URL => new URL(`${url.replace(/\/$/, '')}${path}`);
  const unreached = (path: string, why: string, cause?: unknown): EnsembleError =>
    new EnsembleError('OUTSIDE_UNREACHED', `${at(path).host} ${why}`, {}, cause);

  async function fetched(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(at(path), { ...init, redirect: 'error' });
    } catch (cause) {
      throw unreached(path, `does not answer: ${reasonOf(cause)}`, cause);
    }
  }

  async function answerOf(path: string, response: Response): Promise<Answer> {
    const body: unknown = await response.json().catch((cause: unknown) => {
      throw unreached(path, 'broke off its answer, or sent no JSON', cause);
    });
    if (!response.ok) throw unreached(path, `answers ${response.status}`);
    if (!Check(Answer, body)) throw unreached(path, 'answers what is no answer');
    return body;
  }

  return {
    async put(path, request, signal) {
      const headers = { 'content-type': 'application/json' };
      return answerOf(path, await fetched(path, { method: 'PUT', headers, body: JSON.stringify(request), signal }));
    },
    async get(path, signal) {
      const response = await fetched(path, { signal });
      if (response.status !== 404) return answerOf(path, response);
      await response.body?.cancel();
      return null;
    },
  };
}

/** What fetch says is "fetch failed"; why is in its cause. */
function reasonOf(error: unknown): string {
  const { message, code } = (error instanceof Error && error.cause instanceof Error ? error.cause : error) as NodeJS.ErrnoException;
  return code ?? message;
}
