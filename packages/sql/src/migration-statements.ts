/** A migration, cut into its statements as its server would. */
export type Cut = (sql: string) => readonly string[];

/** @param tokens all of them, those that may hold a semicolon as one: quoted text and names, `--` and `/*` comments */
export function cutBy(tokens: RegExp): Cut {
  return (sql) => {
    const statements: string[] = [''];
    for (const [token] of sql.matchAll(tokens)) {
      if (token === ';') statements.push('');
      else if (!token.startsWith('--') && !/^\/\*[^!+M]/.test(token)) statements.push(`${statements.pop() ?? ''}${token}`);
    }
    return statements.map((statement) => statement.trim()).filter((statement) => statement !== '');
  };
}
