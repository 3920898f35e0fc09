import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { EnsembleError } from '@ensemble/errors';

/** The port of the last start, so that what people wrote down stays true. */
export function recordedPort(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 ? port : undefined;
  } catch {
    return undefined; // the first start
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolved, rejected) => server.once('error', rejected).listen(0, '127.0.0.1', resolved));
  const address = server.address();
  await new Promise((resolved) => server.close(resolved));
  if (address === null || typeof address === 'string')
    throw new EnsembleError('POSTGRES_DID_NOT_START', 'No free port was found on 127.0.0.1.');
  return address.port;
}
