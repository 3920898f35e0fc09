/** The program: its arguments in, its exit code out. What it loads is compiled once and kept, so that it starts fast the next time. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/ensemble', import.meta.url)));
const { run } = await import('./run.ts');
const { letGo } = await import('./let-go.ts');
const { ownTerminal } = await import('./terminal.ts');

const terminal = ownTerminal(process);
process.exitCode = await run(process.argv.slice(2), terminal);
letGo(process, terminal);
