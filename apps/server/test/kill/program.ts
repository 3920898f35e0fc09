/** The whole program as a process of its own, which can be killed at any moment and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stopWithUs } from '@ensemble/testkit/processes';
import { until } from '../until.ts';

export interface Program {
  /** Where it listens; null while it is down or not there yet. */
  url(): string | null;
  readonly pid: number | null;
  /** Resolves when /ready says that everything is there. Tells how long that took: milliseconds. */
  start(): Promise<number>;
  /** SIGKILL to it and its process group; resolves when it is gone. What it left running (servers) stays. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** What it wrote to stderr, and why a start failed, over all its lives. */
  readonly complaints: readonly string[];
  readiness(): Promise<{ readonly code: number; readonly status: string }>;
}

export interface ProgramSetting {
  /** Behind `ensemble start`. */
  readonly flags: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const bin = fileURLToPath(new URL('../../../cli/bin/ensemble.mjs', import.meta.url));
const startDeadline = 60;
const stopDeadline = 30;

/** Everything that would tell it something, but for what this test tells it. */
const inherited = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(DATABASE_URL|KAFKA_|ENSEMBLE_|ROUTE_|PORT$|HOST$|LOG_LEVEL|NODE_TEST)/.test(name)),
  );

export function programOf({ flags, env = {} }: ProgramSetting): Program {
  const complaints: string[] = [];
  let child: ChildProcess | null = null;
  let url: string | null = null;

  const readiness = async (): Promise<{ code: number; status: string }> => {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) });
    return { code: answer.status, status: ((await answer.json()) as { status: string }).status };
  };

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const ending = child;
    if (!ending?.pid || ending.exitCode !== null || ending.signalCode !== null) return ending?.exitCode ?? null;
    process.kill(signal === 'SIGKILL' ? -ending.pid : ending.pid, signal);
    if (signal === 'SIGKILL') url = null;
    const hasEnded = (): boolean => ending.exitCode !== null || ending.signalCode !== null;
    await until(hasEnded, () => `ended after ${signal}:\n${complaints.slice(-20).join('\n')}`, stopDeadline);
    return ending.exitCode;
  }

  return {
    url: () => url,
    get pid() {
      return child?.pid ?? null;
    },
    complaints,
    readiness,
    async start() {
      const began = performance.now();
      // A process group of its own: a kill is for it alone.
      const started = spawn(process.execPath, [bin, 'start', '--json', '--port', '0', ...flags], {
        detached: true,
        env: { ...inherited(process.env), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      stopWithUs(started);
      createInterface({ input: started.stderr }).on('line', (line) => complaints.push(line));
      createInterface({ input: started.stdout }).on('line', (line) => {
        const told = JSON.parse(line) as { readonly url?: string };
        if (told.url === undefined) complaints.push(line);
        else if (child === started && !started.killed) url = told.url;
      });
      started.once('exit', () => {
        if (child === started) url = null;
      });
      const isReady = async (): Promise<boolean> => {
        if (started.exitCode !== null || started.signalCode !== null)
          throw new Error(`it ended while it started:\n${complaints.slice(-20).join('\n')}`);
        if (url === null) return false;
        // Under load an answer may take its time.
        return (await readiness().catch(() => ({ status: 'no answer' }))).status === 'ready';
      };
      await until(isReady, () => `ready:\n${complaints.slice(-20).join('\n')}`, startDeadline);
      return performance.now() - began;
    },
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}
