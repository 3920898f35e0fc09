import { indent, type Result } from './run-files.ts';

/** What the whole command has seen so far. */
export interface Totals {
  passed: number;
  failed: number;
  readonly notRun: string[];
  /** A failure by its first line, for the end of the output. */
  readonly failures: string[];
}

export const totals = (): Totals => ({ passed: 0, failed: 0, notRun: [], failures: [] });

export function count(into: Totals, { passed, failures, notRun }: Result): void {
  into.passed += passed;
  into.failed += failures.length;
  into.notRun.push(...notRun);
  into.failures.push(...failures.map((failure) => failure.split('\n')[0] ?? failure));
}

/** One line for files that passed; everything for those that did not. */
export function resultLines({ paths, passed, failures, notRun, output, seconds }: Result): string {
  const [first = '', last] = [paths[0], paths.at(-1)];
  const path = paths.length === 1 ? first : `${paths.length} files, ${first} to ${last}`;
  const skipped = notRun.length === 0 ? '' : `, ${notRun.length} NOT RUN`;
  const line = `${failures.length === 0 ? '✔' : '✖'} ${path} (${passed} passed${skipped}, ${seconds.toFixed(1)} s)`;
  const said = failures.length === 0 || output === '' ? [] : [`what ${path} said at the end:\n${indent(output)}`];
  return [line, ...failures.map((failure) => `  ✖ ${failure}`), ...said].join('\n');
}

/**
 * The end of the output. The last line is exactly `N passed, N failed`. What could not run is listed before, and where `strict`
 * (CI=true: nobody reads the list) it has failed.
 */
export function closing({ passed, failed, notRun, failures }: Totals, strict: boolean): { readonly text: string; readonly code: number } {
  const lost = strict ? notRun.length : 0;
  const code = failed + lost > 0 || passed === 0 ? 1 : 0;
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  const text = [
    ...list('FAILED', failures),
    ...list(`NOT RUN, so not known to work${strict ? ': counted as failed, since CI=true' : ''}`, notRun),
    '',
    `${passed} passed, ${failed + lost} failed`,
  ].join('\n');
  return { text, code };
}
