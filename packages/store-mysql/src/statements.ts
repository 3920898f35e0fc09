/** Quoted text, names and comments, which may hold a semicolon; one that ends a statement; anything else. */
const tokens = /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|;|[^;'"`\-/]+|[^]/g;

/** The statements of a migration, without its comments. */
export function statementsOf(sql: string): readonly string[] {
  const statements: string[] = [''];
  for (const [token] of sql.matchAll(tokens)) {
    if (token === ';') statements.push('');
    else if (!token.startsWith('--') && !/^\/\*[^!+M]/.test(token)) statements.push(`${statements.pop() ?? ''}${token}`);
  }
  return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
}
