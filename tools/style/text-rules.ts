import { basename } from 'node:path';
import { isTest, isTypeTest, type Rule, textRule } from './rule.ts';

/** The most lines a file may have; the first pattern that fits counts. */
const limits: readonly (readonly [pattern: RegExp, lines: number])[] = [
  [/^flows\/.*\.flow\.ts$/, 60],
  [/^flows\/.*\/messages\.ts$/, 120],
  [/\.(ts|tsx|mjs|js|sql|css|html)$/, 400],
];

const fileLength: Rule = {
  name: 'file-length',
  why: 'A file is about one thing; a flow is read at one sight.',
  applies: (path) => limits.some(([pattern]) => pattern.test(path)),
  finds: ({ path, text }) => {
    const limit = limits.find(([pattern]) => pattern.test(path))?.[1] ?? Infinity;
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > limit ? [{ line: limit + 1, what: `${lines} lines; the limit is ${limit}` }] : [];
  },
};

/** Words that say nothing about what a thing is. */
const empty = /^(manager|helper|util|base|impl)s?$/i;

/** The words of a name: `OrderManager`, `order-manager.ts` and `ORDER_MANAGER` each have two. */
const wordsOf = (name: string): readonly string[] => name.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').split(/[^A-Za-z\d]+/);
export const saysNothing = (name: string): boolean => wordsOf(name).some((word) => empty.test(word));

const fileNames: Rule = {
  name: 'file-names',
  why: 'A file is named for what it holds.',
  applies: () => true,
  finds: ({ path }) => (path.split('/').some(saysNothing) ? [{ line: 1, what: basename(path) }] : []),
};

const isLock = (path: string): boolean => path === 'package-lock.json';

/** What hosts that serve packages are called; a mirror has one of these words in its name too. */
const registryHost =
  /https?:\/\/[^\s"'<>)/]*\b(registry|npmjs|repo1?|artifactory|artifacts|nexus|mirrors?|pypi|pythonhosted|crates|deb)\b[^\s"'<>)]*/;

/** No service and no package knows a flow by its name. A name that is also a plain word counts only where it is a whole string. */
export function flowNames(flows: readonly string[]): Rule {
  const words = flows.map((flow) =>
    flow.includes('-') ? `(?<![\\w-])${flow}(?![\\w-])` : `(?<quote${flow}>['"\`])${flow}\\k<quote${flow}>`,
  );
  const pattern = new RegExp(words.length === 0 ? '(?!)' : words.join('|'));
  const applies = (path: string): boolean => /^(services|packages)\/.*\.(ts|sql)$/.test(path) && !isTest(path);
  return textRule('flow-names', 'Adding a flow touches one folder: services and packages serve any flow.', pattern, applies);
}

export const textRules: readonly Rule[] = [
  fileLength,
  fileNames,
  textRule('unfinished', 'What is not done is an issue, not a comment.', /\b(TO[D]O|FIX[M]E|X{3})\b/, (path) => !isLock(path)),
  textRule(
    'compiler-silenced',
    'A type error is mended or explained by a type, never silenced; tests of types expect errors on purpose.',
    /@ts-(ignore|expect-error|nocheck)\b/,
    (path) => /\.[cm]?[tj]sx?$/.test(path) && !isTypeTest(path),
  ),
  textRule(
    'machine-paths',
    'A path of one machine is wrong on every other.',
    /(?<![\w.$}\])-])(\/(root|home|work|Users)\/|[A-Z]:\\\\?(Users|work)\b)[\w./-]*/,
  ),
  textRule('registry-hosts', 'Where packages come from is the business of who installs.', registryHost),
  textRule(
    'lock-file',
    'The same lock file serves every registry and mirror: it names workspaces, no addresses.',
    /"resolved": "[^"]*:\/\/[^"]*"/,
    isLock,
  ),
];
