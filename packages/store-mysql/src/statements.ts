import { cutBy } from '@ensemble/sql';

/** The statements of a migration, without its comments. */
export const statementsOf = cutBy(/'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|;|[^;'"`\-/]+|[^]/g);
