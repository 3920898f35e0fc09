import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './tree.ts';

export interface ToolRun {
  readonly code: number;
  /** stdout alone: for programs. */
  readonly stdout: string;
  /** Both streams, as a person would have seen them. */
  readonly output: string;
}

/** Runs a tool of node_modules/.bin to its end. It finds the Node that npm installed there before the machine's own. */
export function runTool(
  name: string,
  args: readonly string[],
  options: { cwd?: string; signal?: AbortSignal | undefined } = {},
): Promise<ToolRun> {
  const bin = join(root, 'node_modules', '.bin');
  const { promise, resolve, reject } = Promise.withResolvers<ToolRun>();
  const child = spawn(join(bin, name), args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({ code: code ?? 1, stdout, output }));
  return promise;
}
