// Loaded before every tool (npm scripts: node --import). On Linux npm puts Node 24 into node_modules/.bin by itself; elsewhere a
// person must, and should hear so in one sentence instead of a syntax error from a TypeScript file.
const needed = 24;

if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(
    `Ensemble needs Node ${needed} or newer; this is Node ${process.versions.node}. Install Node ${needed} and run the command again.`,
  );
  process.exit(1);
}
