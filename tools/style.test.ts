import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Rule } from './style/rule.ts';
import { rules } from './style/rules.ts';
import { type Source, source } from './style/source.ts';
import { root, sourceFiles } from './tree.ts';

/** For each rule a few files that break it, and a few that look alike and do not. Words that no file may hold are put together here. */
interface Example {
  readonly breaks: readonly (readonly [path: string, text: string])[];
  readonly holds: readonly (readonly [path: string, text: string])[];
}

const hidden = (text: string): string => text.replaceAll('¦', '');
const lines = (count: number): string => 'x;\n'.repeat(count);
const block = (count: number): string => `{\n${'  x;\n'.repeat(count - 2)}}`;
const ts = 'packages/flow/src/a.ts';
const testFile = 'packages/flow/src/a.test.ts';
const domain = 'services/inventory/domain.ts';

const examples: Record<string, Example> = {
  'file-length': {
    breaks: [
      ['packages/flow/src/long.ts', lines(401)],
      ['services/order/migrations/0001_order.sql', lines(401)],
      ['flows/some/some.flow.ts', lines(61)],
      ['flows/some/messages.ts', lines(121)],
    ],
    holds: [
      ['packages/flow/src/long.ts', lines(400)],
      ['flows/some/some.flow.ts', lines(60)],
      ['docs/guide.md', lines(2000)],
    ],
  },
  'file-names': {
    breaks: [
      ['packages/flow/src/order-manager.ts', ''],
      ['packages/flow/src/utils/text.ts', ''],
      ['apps/server/src/baseServer.ts', ''],
    ],
    holds: [['packages/store-postgres/src/database.ts', '']],
  },
  unfinished: {
    breaks: [
      [ts, hidden('// TO¦DO: later')],
      ['docs/guide.md', hidden('FIX¦ME')],
    ],
    holds: [[ts, '// the to-do list of a saga']],
  },
  'compiler-silenced': {
    breaks: [
      [ts, hidden('// @ts-¦ignore')],
      [testFile, hidden('// @ts-¦expect-error')],
    ],
    holds: [['packages/flow/src/a.types.test.ts', hidden('// @ts-¦expect-error')]],
  },
  'machine-paths': {
    breaks: [
      [ts, hidden("const dir = '/¦home/jane/data';")],
      ['docs/guide.md', hidden('see /¦work/main')],
      ['deploy/run.sh', hidden('cd "/¦root/x"')],
    ],
    holds: [[ts, "const url = 'http://localhost/work/items'; const path = `${dir}/home/x`;"]],
  },
  'registry-hosts': {
    breaks: [
      ['.npmrc', hidden('registry=https:¦//registry.example.org/')],
      ['pom.xml', hidden('<url>https:¦//repo1.example.org/maven2</url>')],
    ],
    holds: [
      ['pom.xml', 'xmlns="http://maven.apache.org/POM/4.0.0"'],
      ['docs/guide.md', 'https://example.org/registry'],
    ],
  },
  'lock-file': {
    breaks: [['package-lock.json', '"resolved": "https://packages.example.org/pg-8.23.1.tgz"']],
    holds: [['package-lock.json', '"resolved": "packages/engine", "funding": "https://example.org"']],
  },
  'flow-names': {
    breaks: [
      ['services/order/service.ts', "if (flow === 'create-order') x();"],
      ['packages/engine/src/a.ts', "if (flow === 'standard') x();"],
      ['services/order/migrations/0001_order.sql', "insert into flow values ('create-order');"],
    ],
    holds: [
      ['packages/engine/src/a.ts', '// the standard way; create-orders'],
      ['packages/engine/src/a.test.ts', "const flow = 'create-order';"],
      ['apps/server/src/main.ts', "const flow = 'create-order';"],
    ],
  },
  'function-length': {
    breaks: [
      [ts, `function f() ${block(70)}`],
      [ts, `function f() { pattern.test(x);\n${block(68)}\n}`],
      [ts, `const f = () => ${block(70)};`],
      [ts, `class A { m() ${block(70)} }`],
      [testFile, `test('x', () => ${block(70)});`],
    ],
    holds: [
      [ts, `function f() ${block(69)}`],
      [testFile, `describe('x', () => { ${block(300)}\n test('y', () => {}); });`],
      ['packages/testkit/src/suite.ts', `export function suite(make) { ${block(300)}\n test('y', () => {}); }`],
    ],
  },
  'type-names': {
    breaks: [
      [ts, 'class OrderManager {}'],
      [ts, 'interface BaseStore {}'],
      [ts, 'type Utils = 1;'],
    ],
    holds: [[ts, 'interface Database {} class Baseline {} type Implied = 1;']],
  },
  decorators: { breaks: [[ts, 'class A { @log() m() {} }']], holds: [[ts, 'log(A);']] },
  inheritance: {
    breaks: [
      [ts, 'class B extends A {}'],
      [ts, 'class EnsembleError extends Error {}'],
      ['packages/errors/src/main.ts', 'class OtherError extends Error {}'],
    ],
    holds: [
      ['packages/errors/src/main.ts', 'export class EnsembleError extends Error {}'],
      [ts, 'interface B extends A {} class C implements A {}'],
    ],
  },
  any: {
    breaks: [
      [ts, 'const x: any = 1;'],
      [ts, 'type X = Record<string, any>;'],
      [testFile, 'f(x as any);'],
    ],
    holds: [[ts, "const any = 'any'; const x: unknown = any;"]],
  },
  swallowed: {
    breaks: [
      [ts, 'try { f(); } catch {}'],
      [ts, 'try { f(); } catch (error) { /* whatever */ }'],
      [ts, 'void f().catch(() => {});'],
    ],
    holds: [[ts, 'try { f(); } catch (error) { log(error); } void f().catch(() => retry());']],
  },
  'unrun-tests': {
    breaks: [
      [testFile, "test.skip('x', () => {});"],
      [testFile, "describe.only('x', () => {});"],
      [testFile, "test('x', { todo: true }, () => {});"],
      [testFile, "test('x', (t) => { t.skip('no Java'); });"],
    ],
    holds: [[testFile, "test('x', { skip: onWindows }, () => { reader.skip(3); }); f({ only: true });"]],
  },
  sleeps: {
    breaks: [
      [testFile, "import { setTimeout } from 'node:timers/promises';"],
      [testFile, 'await new Promise((resolve) => setTimeout(resolve, 100));'],
    ],
    holds: [
      [testFile, 'await until(() => ready, { signal: AbortSignal.timeout(100) });'],
      [ts, 'setTimeout(resolve, 100);'],
    ],
  },
  'type-parameters': {
    breaks: [
      [ts, 'export function f<A, B, C>(a: A, b: B, c: C): void {}'],
      [ts, 'export interface X<A, B, C> { a: A; b: B; c: C }'],
    ],
    holds: [
      [ts, 'export type X<A, B> = A | B; type Inner<A, B, C> = A | B | C;'],
      ['apps/server/src/a.ts', 'export type X<A, B, C> = A | B | C;'],
    ],
  },
  'pure-domain': {
    breaks: [
      [domain, "import { randomUUID } from 'node:crypto';"],
      [domain, 'export const reserve = async () => 1;'],
      [domain, 'export const at = Date.now();'],
      [domain, 'export const at = (): Date => now;'],
      [domain, 'export const x = Math.random();'],
    ],
    holds: [
      [domain, "import type { Reserve } from './operations.ts'; export const x = Math.max(rows.process, 2);"],
      ['services/inventory/service.ts', 'export const at = Date.now();'],
    ],
  },
};

const flows = readdirSync(join(root, 'flows'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const breachesIn = (file: Source, rule: Rule): readonly string[] =>
  rule.applies(file.path) ? rule.finds(file).map(({ line, what }) => `${file.path}:${line}: ${what}`) : [];
const breaches = (rule: Rule, path: string, text: string): readonly string[] => breachesIn(source(path, text), rule);

describe('a rule notices what it is for, and nothing else', () => {
  const known = rules(['create-order', 'standard']);
  test('each rule has examples', () => assert.deepEqual(Object.keys(examples).toSorted(), known.map((rule) => rule.name).toSorted()));
  for (const rule of known) {
    test(rule.name, () => {
      const { breaks, holds } = examples[rule.name] ?? { breaks: [], holds: [] };
      for (const [path, text] of breaks) assert.equal(breaches(rule, path, text).length, 1, `not noticed: ${path}: ${text.slice(0, 200)}`);
      for (const [path, text] of holds) assert.deepEqual(breaches(rule, path, text), []);
    });
  }
});

describe('the source keeps its habits', () => {
  const known = rules(flows.map((flow) => flow.name));
  const texts = sourceFiles()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));
  // File by file: all the trees at once would fill the memory.
  const found = texts.flatMap(({ path, text }) => {
    const file = source(path, text);
    return known.map((rule) => ({ rule, breaches: breachesIn(file, rule) }));
  });
  test('there is source', () => assert.ok(texts.length > 20));
  for (const rule of known) {
    test(rule.name, () => {
      const all = found.flatMap((each) => (each.rule === rule ? each.breaches : []));
      assert.equal(all.length, 0, `${rule.why}\n${all.join('\n')}`);
    });
  }
});
