import { cutBy } from '@ensemble/sql';

/** The statements of a migration, without its comments. A backslash is one of text's letters, but not of E'…'. */
export const statementsOf = cutBy(
  /e'(?:[^'\\]|\\[^]|'')*'|'(?:[^']|'')*'|"[^"]*"|\w[\w$]*|\$(\w*)\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\/|[^]/gi,
);
