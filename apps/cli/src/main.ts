/** The program: its arguments in, its exit code out. */
import { letGo } from './let-go.ts';
import { run } from './run.ts';
import { ownTerminal } from './terminal.ts';

const terminal = ownTerminal(process);
process.exitCode = await run(process.argv.slice(2), terminal);
letGo(process, terminal);
