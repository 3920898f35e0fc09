import { checkLines, runChecks } from './checks.ts';

// npm run check: what a machine can say about the source without running it.
const began = performance.now();
const results = await runChecks((result) => console.log(checkLines(result)));
const failed = results.filter((result) => result.findings !== '');
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `all ${results.length} checks passed (${seconds} s)`
    : `failed: ${failed.map((result) => result.name).join(', ')} (${seconds} s)`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
