// Loaded before every tool (npm scripts: node --import). On Linux npm puts Node 24 into node_modules/.bin by itself; elsewhere a
// person must, and should hear so in one sentence instead of a syntax error from a TypeScript file.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const needed = 24;

if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(
    `Ensemble needs Node ${needed} or newer; this is Node ${process.versions.node}. Install Node ${needed} and run the command again.`,
  );
  process.exit(1);
}

// What is loaded is compiled once and kept, where apps/cli/bin/compile-cache.mjs keeps it: no tool imports an app, nor an app a tool.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/ensemble', import.meta.url)));
