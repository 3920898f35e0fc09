import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';

/** Waits until the server lets us in; else, or once the signal is aborted, says why not. */
export async function answers(url: string, milliseconds: number, signal: AbortSignal): Promise<string | undefined> {
  let problem = '';
  for (const deadline = performance.now() + milliseconds; performance.now() < deadline && !signal.aborted; await sleep(25)) {
    try {
      const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
      await connection.end();
      return undefined;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  return problem;
}
