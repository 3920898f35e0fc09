/** What the compiler refuses, and its words. Each mistake is compiled by itself, and all that the compiler says of it is asserted. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The message that a mistake brings, by what the mistake is. */
const mistakes: readonly (readonly [what: string, code: string, words: RegExp])[] = [
  ['nothing wrong', `orchestrate({ ...base, steps: [step(reserve, Reserve, answers).undo(release, Release, Released)] });`, /^$/],
  [
    'an outcome unanswered',
    `step(reserve, Reserve, { reserved: Reserved });`,
    /Property 'unavailable' is missing in type '\{ reserved: language\.Message<"orderId">; \}' but required in type '\{ readonly reserved: Message<string>; readonly unavailable: Message<string>; \}'/,
  ],
  [
    'an outcome invented',
    `step(reserve, Reserve, { ...answers, lost: Released }); on(Begin, reserve, { reserved: Reserved, unavailable: Unavailable, lost: Released });`,
    /'lost' does not exist in type/,
  ],
  [
    'a command without what the operation needs',
    `step(reserve, Empty, answers);`,
    /Property ''does not carry what the operation needs'' is missing in type 'Message<"orderId">' but required in type '\{ readonly 'does not carry what the operation needs': "lines"; \}'/,
  ],
  [
    'a trigger without what the operation needs',
    `on(anyOf(Begin, Empty), reserve, answers);`,
    /'does not carry what the operation needs': "lines"/,
  ],
  [
    'a deadline for an operation that needs facts',
    `on(deadline('5s'), reserve, answers);`,
    /'does not carry what the operation needs': "lines"/,
  ],
  ['a refusal in silence', `on(Begin, reserve);`, /Expected 3 arguments, but got 2/],
  [
    'a step without undo',
    `orchestrate({ ...base, steps: [step(reserve, Reserve, answers)] });`,
    /Type '"a step that changes something and has no undo: give it \.undo\(operation, Command, Reply\)"' is not assignable to type '"a step that changes nothing, or has an undo"'/,
  ],
  [
    'a step without undo, with a deadline',
    `orchestrate({ ...base, steps: [step(reserve, Reserve, answers).within('5s')] });`,
    /"a step that changes something and has no undo: give it \.undo\(operation, Command, Reply\)"/,
  ],
  [
    'a step without undo among others',
    `together(step(reserve, Reserve, answers));`,
    /"a step that changes something and has no undo: give it \.undo\(operation, Command, Reply\)"/,
  ],
  [
    'a pivot without undo',
    `orchestrate({ ...base, steps: [pivot(reserve, Reserve, answers)] });`,
    /"a step that changes something and has no undo: give it \.undo\(operation, Command, Reply\)"/,
  ],
  [
    'a beginning without undo',
    `orchestrate({ ...base, begins: at(reserve, answers), steps: [] });`,
    /"a beginning without undo: give it \.undo\(operation, Command, Reply\)"/,
  ],
  [
    'an undo that is none',
    `step(reserve, Reserve, answers).undo(sell, Release, Released);`,
    /Type '"then"' is not assignable to type '"undo"'/,
  ],
  ['a later without its message', `later(sell, {});`, /Property 'sold' is missing in type '\{\}'/],
  ['a duration that is none', `deadline('soon');`, /'"soon"' is not assignable to parameter of type/],
];

const preamble = `
import { inventory } from '${root}packages/flow/fixtures/operations.ts';
import * as language from '${root}packages/flow/src/main.ts';
const { anyOf, at, command, deadline, event, Id, later, Lines, on, orchestrate, pivot, step, Text, together } = language;
const { reserve, release, sell } = inventory;
const Begin = command('Begin', 'requests', { orderId: Id, lines: Lines });
const Reserve = command('Reserve', 'commands', { orderId: Id, lines: Lines });
const Empty = command('Empty', 'commands', { orderId: Id });
const Reserved = event('Reserved', 'events', { orderId: Id });
const Unavailable = event('Unavailable', 'events', { orderId: Id, reason: Text });
const Release = command('Release', 'commands', { orderId: Id });
const Released = event('Released', 'events', { orderId: Id });
const answers = { reserved: Reserved, unavailable: Unavailable };
const base = { name: 'typed', coordinator: 'saga', begins: Begin };
export const all = [anyOf, at, deadline, later, on, orchestrate, pivot, step, together, sell, Empty, Release, Released, answers, base, release, Reserve, reserve];
`;

let said: readonly string[] = [];
let folder = '';

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'flow-types-'));
  const files = mistakes.map(([, code], index) => [`mistake-${index}.ts`, preamble + code] as const);
  for (const [name, code] of files) writeFileSync(join(folder, name), code);
  const compilerOptions = { typeRoots: [`${root}node_modules/@types`] };
  const config = { extends: `${root}tsconfig.json`, compilerOptions, files: files.map(([name]) => name), include: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const { stdout } = spawnSync(`${root}node_modules/.bin/tsc`, ['-p', folder, '--pretty', 'false'], { encoding: 'utf8', cwd: folder });
  said = mistakes.map((_, index) =>
    stdout
      .split(/\n(?=\S)/)
      .filter((words) => words.startsWith(`mistake-${index}.ts`))
      .join('\n'),
  );
});

after(() => rmSync(folder, { recursive: true }));

for (const [index, [what, , words]] of mistakes.entries())
  test(`the compiler on ${what}`, () => assert.match((said[index] ?? '').replaceAll(/\s+/g, ' ').trim(), words));
