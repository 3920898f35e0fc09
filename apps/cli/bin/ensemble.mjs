#!/usr/bin/env node
// Starts under Node 20 or newer and hands over to Node 24, which `npm ci` puts into node_modules/.bin on Linux.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const main = new URL('../src/main.ts', import.meta.url);
const cache = new URL('compile-cache.mjs', import.meta.url);

/** The nearest node_modules/.bin/node of this folder or one above it. */
function installedNode(folder) {
  const node = join(folder, 'node_modules', '.bin', 'node');
  if (existsSync(node)) return node;
  const above = dirname(folder);
  return above === folder ? undefined : installedNode(above);
}

/** Runs the program under another Node as if it were this process: the same terminal, signals and exit code. */
function handOver(node) {
  const child = spawn(node, ['--import', cache.href, fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  // Ctrl-C on a terminal reaches the child too: passed on, it would count twice.
  const passOn = (signal) => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
  for (const signal of signals) process.on(signal, passOn);
  child.on('error', (error) => {
    console.error(`Ensemble could not run ${node}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    for (const each of signals) process.off(each, passOn);
  });
}

const running = process.versions.node;
if (Number.parseInt(running, 10) >= needed) {
  await import(cache.href);
  await import(main.href);
} else {
  const node = installedNode(dirname(fileURLToPath(import.meta.url)));
  if (node) handOver(node);
  else {
    console.error(`Ensemble needs Node ${needed} or newer; this is Node ${running}. Install Node ${needed} and run the command again.`);
    process.exitCode = 1;
  }
}
