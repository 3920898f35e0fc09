import { runTool, type ToolRun } from './tool.ts';
import { brokenWalls } from './walls.ts';

/** One part of `npm run check`. */
export interface Check {
  readonly name: string;
  /** What is wrong, in words for a person; empty when nothing is. */
  readonly finds: (signal?: AbortSignal) => Promise<string>;
}

const silentIfFine = (run: ToolRun): string => (run.code === 0 ? '' : run.output.trim() || `exit code ${run.code}`);

const tool = (name: string, command: string, ...args: readonly string[]): Check => ({
  name,
  finds: async (signal) => silentIfFine(await runTool(command, args, { signal })),
});

export const checks: readonly Check[] = [
  tool('types', 'tsc', '-p', '.', '--pretty', 'false'),
  tool('lint', 'oxlint', '--format', 'unix'),
  tool('format', 'biome', 'format', '--reporter', 'summary', '.'),
  tool('unused', 'knip', '--no-progress', '--no-config-hints'),
  { name: 'walls', finds: async (signal) => (await brokenWalls(undefined, signal)).join('\n') },
];

export interface CheckResult {
  readonly name: string;
  readonly findings: string;
  readonly seconds: number;
}

/** Runs all checks at once; calls `done` as each ends, so that a person sees progress. */
export function runChecks(done: (result: CheckResult) => void, signal?: AbortSignal): Promise<readonly CheckResult[]> {
  return Promise.all(
    checks.map(async ({ name, finds }) => {
      const began = performance.now();
      const findings = await finds(signal).catch((error: unknown) => `could not run: ${String(error)}`);
      const result = { name, findings, seconds: (performance.now() - began) / 1000 };
      done(result);
      return result;
    }),
  );
}

/** One line for a check that found nothing, everything for one that did. */
export function checkLines({ name, findings, seconds }: CheckResult): string {
  const line = `${findings === '' ? '✔' : '✖'} check: ${name} (${seconds.toFixed(1)} s)`;
  return findings === '' ? line : `${line}\n${findings.replaceAll(/^/gm, '    ')}`;
}
