import type { Node, Source } from './source.ts';
import { lineOf } from './source.ts';

interface Finding {
  readonly line: number;
  readonly what: string;
}

/** A habit of this house that a machine can check. */
export interface Rule {
  readonly name: string;
  readonly why: string;
  readonly applies: (path: string) => boolean;
  readonly finds: (source: Source) => readonly Finding[];
}

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
export const isTypeTest = (path: string): boolean => path.endsWith('.types.test.ts');
export const isTypeScript = (path: string): boolean => /\.[cm]?tsx?$/.test(path);

/** A rule about the words of a file: every match is a finding. Any kind of file. */
export function textRule(name: string, why: string, pattern: RegExp, applies: Rule['applies'] = () => true): Rule {
  const finds = ({ text }: Source): readonly Finding[] =>
    [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => ({
      line: text.slice(0, match.index).split('\n').length,
      what: match[0].trim(),
    }));
  return { name, why, applies, finds };
}

/** A rule about the syntax of TypeScript: `offends` says what is wrong with a node, or nothing. */
export function syntaxRule(
  name: string,
  why: string,
  offends: (node: Node, above: readonly Node[], source: Source) => string | undefined,
  applies: Rule['applies'] = isTypeScript,
): Rule {
  const finds = (source: Source): readonly Finding[] =>
    source.places.flatMap(({ node, above }) => {
      const what = offends(node, above, source);
      return what === undefined ? [] : [{ line: lineOf(source.text, node.span.start), what }];
    });
  return { name, why, applies, finds };
}
