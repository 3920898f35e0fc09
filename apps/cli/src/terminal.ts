/** What the program sees of the world: lines out, the environment, Ctrl-C, and HTTP. */
export interface Terminal {
  /** A line of what was asked for. */
  out(line: string): void;
  /** A line about it: progress and errors. */
  err(line: string): void;
  /** Whether `out` may be coloured. */
  readonly colours: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Runs work that ends with Ctrl-C, or when nobody reads what it says. */
  interruptible<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T>;
}

/** NO_COLOR: https://no-color.org */
export function ownTerminal(own: NodeJS.Process): Terminal {
  const { env, stdout, stderr } = own;
  // Whoever reads our lines may stop reading (ensemble order watch ID | head -1): a watch ends, a server goes on unheard.
  const unheard = new AbortController();
  const expected = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
  };
  stderr.on('error', expected);
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    expected(error);
    unheard.abort();
  });
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    colours: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    env,
    fetch,
    async interruptible(work) {
      const controller = new AbortController();
      const interrupt = (): void => controller.abort();
      for (const signal of ['SIGINT', 'SIGTERM'] as const) own.on(signal, interrupt);
      try {
        return await work(AbortSignal.any([controller.signal, unheard.signal]));
      } finally {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) own.off(signal, interrupt);
      }
    },
  };
}
