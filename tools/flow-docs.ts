import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Flow, renderAsyncApi, renderPage } from '@ensemble/flow';
import { flows } from '@ensemble/server';
import { root } from './tree.ts';

// docs/flows from the flows that the server runs: compares, or writes with --write.

const folder = join(root, 'docs', 'flows');
const note = '<!-- Written by: npm run docs -- --write. The words are those of the flow, in flows/. -->';

/** What the folder has to hold: names of files, with their text. */
export const flowDocs = (all: readonly Flow[]): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', contents(all)],
    ...all.flatMap((flow) => [[`${flow.name}.md`, page(flow)] as const, [`${flow.name}.asyncapi.json`, renderAsyncApi(flow)] as const]),
  ]);

function page(flow: Flow): string {
  const [title = '', ...rest] = renderPage(flow).split('\n');
  const asyncApi = `As data: [${flow.name}.asyncapi.json](${flow.name}.asyncapi.json), an AsyncAPI 3.0 document.`;
  return [title, '', note, '', asyncApi, ...rest].join('\n');
}

const contents = (all: readonly Flow[]): string => `# The flows

${note}

Each page has every way an order can go, every message with its fields, and what a service of one's own has to do to take a seat.

| Flow | What it is | Coordinated by | AsyncAPI |
| --- | --- | --- | --- |
${all.map(({ name, about, coordinator }) => `| [${name}](${name}.md) | ${about} | ${coordinator ?? 'nobody'} | [${name}.asyncapi.json](${name}.asyncapi.json) |\n`).join('')}`;

/** The files that are not as they have to be: changed, missing, or of a flow that is no more. */
export function staleDocs(all: readonly Flow[]): readonly string[] {
  const wanted = flowDocs(all);
  const there = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  return [...new Set([...wanted.keys(), ...there.keys()])].filter((name) => wanted.get(name) !== there.get(name)).toSorted();
}

function write(all: readonly Flow[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of flowDocs(all)) writeFileSync(join(folder, name), text);
}

if (import.meta.main) {
  if (process.argv.includes('--write')) write(flows);
  const stale = staleDocs(flows);
  if (stale.length > 0) console.error(`docs/flows is not what the flows say: ${stale.join(', ')}. Write it anew: npm run docs -- --write`);
  process.exitCode = stale.length > 0 ? 1 : 0;
}
