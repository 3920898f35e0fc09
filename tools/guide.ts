import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyTree, linkWorkspace } from './copied-tree.ts';
import { root } from './tree.ts';

/** A fenced block of a page: "```ts services/wrapping/domain.ts" has the language ts and the label services/wrapping/domain.ts. */
export interface Block {
  readonly language: string;
  readonly label: string;
  readonly text: string;
}

/** What a reader of docs/write-a-flow.md does, and what they may do wrong. */
export interface Guide {
  /** Whole files, and diffs of files that are there. */
  readonly steps: readonly Block[];
  readonly mistakes: readonly Mistake[];
}

export interface Mistake {
  readonly name: string;
  readonly diff: Block;
  /** What the compiler says; null: it has nothing to say. */
  readonly compiler: string | null;
  /** What the process says instead of starting; null: it starts. */
  readonly start: string | null;
}

export function readGuide(): Guide {
  const page = readFileSync(join(root, 'docs', 'write-a-flow.md'), 'utf8');
  const [steps = '', mistakes = ''] = page.split(/^## The usual mistakes$/m);
  return {
    steps: blocksOf(steps).filter(({ label }) => label !== ''),
    mistakes: mistakes
      .split(/^##+ /m)
      .map((section) => ({ name: section.split('\n')[0] ?? '', blocks: blocksOf(section) }))
      .flatMap(({ name, blocks }) => {
        const diff = blocks.find(({ language }) => language === 'diff');
        const words = (of: string) => blocks.find(({ label }) => label === of)?.text ?? null;
        return diff ? [{ name, diff, compiler: words('compiler'), start: words('start') }] : [];
      }),
  };
}

const blocksOf = (page: string): readonly Block[] =>
  [...page.matchAll(/^```(\w+)(?: (\S+))?\n([^]*?)^```$/gm)].map(([, language = '', label = '', text = '']) => ({ language, label, text }));

/** A text with a diff applied. What the diff takes out or leaves must stand in the text once; its last line may be the beginning of one. */
export function patched(text: string, diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const only = (mark: string) => lines.filter((line) => !line.startsWith(mark)).map((line) => line.slice(1));
  const before = only('+').join('\n');
  if (text.split(before).length !== 2) throw new Error(`it must stand there once:\n${before}`);
  return text.replace(before, () => only('-').join('\n'));
}

/** Copies the source into an empty folder, and does there what the guide says. */
export function follow({ steps }: Guide, house: string): void {
  copyTree(house, ['packages', 'services', 'flows', 'apps']);
  for (const { language, label, text } of steps) {
    const path = join(house, label);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, language === 'diff' ? patched(readFileSync(path, 'utf8'), text) : text);
    if (language !== 'diff' && label.endsWith('package.json')) linkWorkspace(house, dirname(label));
  }
}
