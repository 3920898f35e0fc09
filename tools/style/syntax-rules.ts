import { isTest, isTypeScript, type Rule, syntaxRule } from './rule.ts';
import { isNode, linesOf, type Node, nameOf, walk } from './source.ts';
import { saysNothing } from './text-rules.ts';

const functions = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
]);
const types = new Set(['ClassDeclaration', 'ClassExpression', 'TsInterfaceDeclaration', 'TsTypeAliasDeclaration', 'TsEnumDeclaration']);
const longest = 70;

const declares = new Set(['test', 'it', 'describe', 'suite']);
const declaresTest = (node: Node): boolean =>
  node.type === 'CallExpression' && isNode(node['callee']) && node['callee'].type === 'Identifier' && declares.has(nameOf(node['callee']));

/** Does this function declare tests? Then it is a list of them, as a file is a list of functions. Each test in it is measured. */
const isSuite = (node: Node): boolean => [...walk(node)].some((inner) => declaresTest(inner.node));

const isDomain = (path: string): boolean => /^services\/[^/]+\/domain\.ts$/.test(path);
/** Clocks, chance, the world outside: a decision is a function of its rows and its command. */
const impure = new Set([
  'Date',
  'performance',
  'process',
  'crypto',
  'fetch',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Promise',
]);

const emptyBlock = (value: unknown): boolean => isNode(value) && Array.isArray(value['stmts']) && value['stmts'].length === 0;

function swallows(node: Node): string | undefined {
  if (node.type === 'CatchClause' && emptyBlock(node['body'])) return 'catch {}';
  if (node.type !== 'CallExpression' || nameOf(node['callee']) !== 'catch') return undefined;
  const [given] = node['arguments'] as readonly { readonly expression: Node }[];
  return given !== undefined && emptyBlock(given.expression['body']) ? '.catch(() => {})' : undefined;
}

const unrun = new Set(['skip', 'only', 'todo']);
const always = new Set(['BooleanLiteral', 'StringLiteral']);

/** Never to run, or alone. A condition is allowed ({ skip: onWindows }): the runner counts what it skips as not run, never as passed. */
function avoidsRunning(node: Node): string | undefined {
  if (node.type === 'MemberExpression' && unrun.has(nameOf(node['property']))) {
    const of = nameOf(node['object']);
    return declares.has(of) || /^(t|context)$/.test(of) ? `${of}.${nameOf(node['property'])}` : undefined;
  }
  if (!declaresTest(node)) return undefined;
  for (const { expression } of node['arguments'] as readonly { readonly expression: Node }[]) {
    if (expression.type !== 'ObjectExpression') continue;
    for (const { key, value } of expression['properties'] as readonly Node[]) {
      if (unrun.has(nameOf(key)) && isNode(value) && always.has(value.type)) return `{ ${nameOf(key)}: … }`;
    }
  }
  return undefined;
}

function sleeps(node: Node): string | undefined {
  if (node.type === 'ImportDeclaration' && nameOf(node['source']) === 'node:timers/promises') return nameOf(node['source']);
  if (node.type === 'CallExpression' && nameOf(node['callee']) === 'setTimeout') return 'setTimeout';
  return undefined;
}

function takesTooManyTypes(node: Node, above: readonly Node[]): string | undefined {
  const parameters = node.type === 'TsTypeParameterDeclaration' ? (node['parameters'] as readonly Node[]).length : 0;
  return parameters > 2 && above.some((parent) => parent.type === 'ExportDeclaration') ? `${parameters} type parameters` : undefined;
}

function decidesImpurely(node: Node, above: readonly Node[]): string | undefined {
  if (node.type === 'AwaitExpression' || node['async'] === true) return 'async';
  if (node.type === 'ImportDeclaration' && nameOf(node['source']).startsWith('node:')) return nameOf(node['source']);
  if (node.type === 'MemberExpression' && nameOf(node['object']) === 'Math' && nameOf(node['property']) === 'random') return 'Math.random';
  const isField = above[0]?.type === 'MemberExpression' && above[0]['property'] === node;
  return node.type === 'Identifier' && !isField && impure.has(nameOf(node)) ? nameOf(node) : undefined;
}

export const syntaxRules: readonly Rule[] = [
  syntaxRule('function-length', 'A function is seen whole.', (node, _, { text }) => {
    if (!functions.has(node.type)) return undefined;
    const lines = linesOf(text, node);
    return lines >= longest && !isSuite(node) ? `${lines} lines; under ${longest}, please` : undefined;
  }),
  syntaxRule('type-names', "Names are the field's words.", (node) => {
    const name = types.has(node.type) ? nameOf(node['identifier'] ?? node['id']) : '';
    return saysNothing(name) ? name : undefined;
  }),
  syntaxRule('decorators', 'What runs stands where it runs.', (node) => (node.type === 'Decorator' ? 'decorator' : undefined)),
  syntaxRule(
    'inheritance',
    'Dependencies are arguments; the one error class extends Error, and nothing else extends anything.',
    (node, _, { path }) => {
      if (!node.type.startsWith('Class') || !isNode(node['superClass'])) return undefined;
      const name = `${nameOf(node['identifier'])} extends ${nameOf(node['superClass'])}`;
      return path.startsWith('packages/errors/') && name === 'EnsembleError extends Error' ? undefined : name;
    },
  ),
  syntaxRule('any', 'Not even here.', (node) => (node.type === 'TsKeywordType' && node['kind'] === 'any' ? 'any' : undefined)),
  syntaxRule('swallowed', 'An error that is caught is handled or passed on.', swallows),
  syntaxRule('unrun-tests', 'A test runs, or it is deleted.', avoidsRunning, isTest),
  syntaxRule('sleeps', 'A test waits for a condition, with a deadline; never for time to pass.', sleeps, isTest),
  syntaxRule(
    'type-parameters',
    'Two type parameters at most where an author of a flow or a service looks.',
    takesTooManyTypes,
    (path) => isTypeScript(path) && /^packages\/(flow|engine)\/src\//.test(path) && !isTest(path),
  ),
  syntaxRule('pure-domain', 'A decision sees its rows and its command: no clock, no await, no chance, no I/O.', decidesImpurely, isDomain),
];
