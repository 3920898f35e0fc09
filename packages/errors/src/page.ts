/** The table of errors as the page that people read: docs/errors.md. */
import type { ErrorEntry } from './table.ts';

const head = `# Errors

Every error that Ensemble raises on purpose has a code. A code never changes its meaning, so programs may rely on it; the words
around it may get better. Over HTTP an error is a problem document (RFC 9457) whose \`code\` is one of these; in the log and on the
command line it stands beside the sentence that says what happened.

"Again" says whether the same call may succeed later without anyone changing anything.

<!-- Written by: npx node tools/errors-page.ts --write. The words are those of packages/errors/src/table.ts. -->
`;

/** STORE_UNAVAILABLE can be linked to as errors.md#store_unavailable. */
const row = (code: string, { meaning, todo, retry, http }: ErrorEntry): string =>
  `| <a id="${code.toLowerCase()}"></a>\`${code}\` | ${cell(meaning)} | ${cell(todo)} | ${retry ? 'yes' : 'no'} | ${http ?? ''} |`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Markdown, in the order of the table. */
export function errorsPage(table: Readonly<Record<string, ErrorEntry>>): string {
  const rows = Object.entries(table).map(([code, entry]) => row(code, entry));
  return [head, '| Code | What it means | What to do | Again | HTTP |', '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}
