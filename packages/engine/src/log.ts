/** What the engine tells whoever runs it; pino fits. Fields are ids and numbers, never anything personal. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, words: string): void;
  warn(fields: Readonly<Record<string, unknown>>, words: string): void;
  error(fields: Readonly<Record<string, unknown>>, words: string): void;
}

export const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Tells someone who only watches: what they throw is said, and stops nothing. */
export function observed(log: Log, what: string, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    log.error(
      { problem: error instanceof Error ? error.message : String(error) },
      `whoever was told ${what} failed; the work is done all the same`,
    );
  }
}

/** Says a trouble once when it begins and once when it is over, however often it is met in between. */
export function troubleLog(log: Log, service: string, what: string): { met(problem: string): void; over(): void } {
  let since: number | null = null;
  return {
    met(problem) {
      if (since === null) log.warn({ service, problem }, `${what}; trying again until it is back`);
      since ??= Date.now();
    },
    over() {
      if (since !== null) log.info({ service, seconds: Math.round((Date.now() - since) / 1000) }, `${what}: over`);
      since = null;
    },
  };
}
