/** The same server; without a role as the same user. A database of '' is none. */
export function urlIn(server: string, { database, role, password }: { database: string; role?: string; password?: string }): string {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(database)}`;
  if (role !== undefined) url.username = encodeURIComponent(role);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}
