import { readFileSync } from 'node:fs';

/** The port of the last start, so that what people wrote down stays true. */
export function recordedPort(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 ? port : undefined;
  } catch {
    return undefined; // the first start
  }
}
