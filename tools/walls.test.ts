import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { brokenWalls } from './walls.ts';

/** A house of the same shape as this one, with a few rooms. */
const house: Record<string, string> = {
  'package.json': '{ "name": "house", "type": "module", "workspaces": ["packages/*"] }',
  'packages/engine/package.json': '{ "name": "@ensemble/engine", "type": "module", "exports": { ".": "./src/main.ts" } }',
  'packages/engine/src/main.ts': 'export const engine = 1; export type Engine = 1;',
  'packages/store-memory/src/main.ts': 'export const store = 1;',
  'packages/testkit/src/main.ts': 'export const kit = 1;',
  'services/order/operations.ts': "import { engine } from '@ensemble/engine'; export const operations = engine;",
  'services/order/tables.ts': 'export const tables = 1;',
  'services/order/domain.ts':
    "import type { Engine } from '@ensemble/engine'; import { operations } from './operations.ts'; import { tables } from './tables.ts';" +
    'export const decide = (x: Engine) => [x, operations, tables];',
  'services/order/service.ts': "import { decide } from './domain.ts'; export const service = decide;",
  'services/payment/operations.ts': 'export const operations = 1;',
  'flows/sell/sell.flow.ts': "import { operations } from '../../services/order/operations.ts'; export const sell = operations;",
  'flows/buy/buy.flow.ts': 'export const buy = 1;',
  'apps/server/main.ts': 'export const server = 1;',
};

/** What is found in that house with these files put in its place, the front door apart where the fixture must use the window. */
async function found(changes: Record<string, string>): Promise<readonly string[]> {
  const top = mkdtempSync(join(tmpdir(), 'walls-'));
  try {
    for (const [path, text] of Object.entries({ ...house, ...changes })) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    mkdirSync(join(top, 'node_modules/@ensemble'), { recursive: true });
    symlinkSync(join(top, 'packages/engine'), join(top, 'node_modules/@ensemble/engine'), 'dir');
    return await brokenWalls(top);
  } finally {
    rmSync(top, { recursive: true });
  }
}

/** Each wall, broken once: the file, what it imports, and the walls that must say so. The fixture has no names but paths. */
const breaches: readonly (readonly [wall: string, file: string, imports: string])[] = [
  ['flow-reads-operations-only', 'flows/sell/sell.flow.ts', '../../services/order/service.ts'],
  ['flow-stands-alone', 'flows/sell/sell.flow.ts', '../buy/buy.flow.ts'],
  ['operations-are-values', 'services/payment/operations.ts', './tables.ts'],
  ['domain-decides-alone', 'services/order/domain.ts', './routes.ts'],
  ['domain-decides-alone', 'services/order/domain.ts', 'node:fs'],
  ['domain-takes-types-only', 'services/order/domain.ts', '@ensemble/engine'],
  ['service-stands-alone', 'services/order/service.ts', '../payment/operations.ts'],
  ['service-knows-no-flow', 'services/order/service.ts', '../../flows/sell/sell.flow.ts'],
  ['packages-know-no-business', 'packages/engine/src/main.ts', '../../../services/payment/operations.ts'],
  ['packages-know-no-business', 'packages/engine/src/main.test.ts', '../../../flows/buy/buy.flow.ts'],
  ['only-composition-composes', 'services/order/service.ts', '../../apps/server/main.ts'],
  ['adapters-are-chosen-outside', 'packages/engine/src/main.ts', '../../store-memory/src/main.ts'],
  ['tests-are-for-tests', 'services/order/service.ts', '../../packages/testkit/src/main.ts'],
  ['tests-are-for-tests', 'services/order/service.ts', './test-orders.ts'],
  ['tools-stay-outside', 'apps/server/main.ts', '../../tools/tool.ts'],
  ['front-door', 'apps/server/main.ts', '../../packages/engine/src/main.ts'],
  ['no-cycles', 'services/order/tables.ts', './domain.ts'],
  ['resolvable', 'services/order/service.ts', './nowhere.ts'],
];

const others = {
  'services/order/test-orders.ts': 'export {};',
  'services/payment/tables.ts': 'export {};',
  'services/order/routes.ts': 'export {};',
  'tools/tool.ts': 'export {};',
};

/** Where an import leads that is no path to a file. */
const elsewhere: Readonly<Record<string, string>> = {
  '@ensemble/engine': 'packages/engine/src/main.ts',
  'node:fs': 'fs',
  './nowhere.ts': './nowhere.ts',
};

describe('each wall, broken', () => {
  // All at once, in one house: reading a house takes longer than what is in it.
  let walls: readonly string[] = [];
  before(async () => {
    const broken = Map.groupBy(breaches, ([, file]) => file);
    const changes: Record<string, string> = { ...others };
    for (const [file, all] of broken) changes[file] = [house[file], ...all.map(([, , imports]) => `import '${imports}';`)].join('\n');
    walls = await found(changes);
  });

  for (const [wall, file, imports] of breaches)
    test(`${wall}: ${file} imports ${imports}`, () => {
      const target = elsewhere[imports] ?? join(dirname(file), imports);
      const says = (line: string): boolean =>
        wall === 'no-cycles'
          ? line.startsWith('no-cycles: ') && line.includes(`${file} → ${target}`)
          : line === `${wall}: ${file} → ${target}`;
      assert.ok(walls.some(says), `not noticed: ${file} → ${target}; found:\n${walls.join('\n')}`);
    });
});

test('the house itself has whole walls, but for the windows of the fixture', async () => {
  const walls = await found(others);
  assert.deepEqual(walls, ['front-door: flows/sell/sell.flow.ts → services/order/operations.ts']);
});

test('a flow’s own test may put the whole flow together', async () => {
  const text =
    "import '../../services/order/service.ts'; import '../../packages/testkit/src/main.ts'; import '../../packages/store-memory/src/main.ts';";
  const walls = await found({ 'flows/sell/sell.flow.test.ts': text });
  assert.deepEqual(
    walls.filter((line) => !line.startsWith('front-door: ')),
    [],
  );
});

test('a file that cannot be read is said', async () => {
  const walls = await found({ 'services/order/broken.ts': 'export const = ;' });
  assert.match(walls.join('\n'), /services\/order\/broken\.ts/);
});
