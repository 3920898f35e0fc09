/** Requests that are said again until there is an answer that means something. */
import { setTimeout as wait } from 'node:timers/promises';

export interface Patient {
  /** Errors: when nobody answers for two minutes, or it was given up. */
  said(path: string, body: object, headers: Readonly<Record<string, string>>): Promise<Response>;
  /** How often something was said again. */
  repeats(): number;
  giveUp(): void;
}

/** Milliseconds until it is asked again: at once nearly, and then each time twice as long, as whoever is told to come again should. */
const askAgain = { first: 25, most: 400 };
const answerDeadline = 5_000;
const patience = 120_000;

/** A lost connection and an answer of the kind 5xx mean nothing: the request may have been taken, or not. */
export function patient(url: () => string | null): Patient {
  let [repeats, givenUp] = [0, false];

  async function answerOf(address: string, body: object, headers: Readonly<Record<string, string>>): Promise<Response | null> {
    const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    const answer = await fetch(address, { ...request, signal: AbortSignal.timeout(answerDeadline) }).catch(() => null);
    if (answer !== null && answer.status < 500) return answer;
    await answer?.body?.cancel();
    return null;
  }

  return {
    repeats: () => repeats,
    giveUp() {
      givenUp = true;
    },
    async said(path, body, headers) {
      const deadline = performance.now() + patience;
      for (let attempt = 0; performance.now() < deadline && !givenUp; attempt += 1) {
        const at = url();
        if (at !== null) {
          if (attempt > 0) repeats += 1;
          const answer = await answerOf(`${at}${path}`, body, headers);
          if (answer !== null) return answer;
        }
        await wait(Math.min(askAgain.first * 2 ** attempt, askAgain.most));
      }
      throw new Error(`nobody answered ${path}`);
    },
  };
}
