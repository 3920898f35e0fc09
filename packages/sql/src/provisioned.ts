/** A service's database, and whom the service works as there. */
export interface Place {
  readonly database: string;
  /** It can log in, do with each table what the migrations leave it, and nothing else. */
  readonly role: string;
  readonly password: string;
}

export interface ProvisionOptions extends Place {
  /** Of one who may create databases and roles, and grant rights. */
  readonly adminUrl: string;
}

export interface Provisioned {
  /** As one who may change the tables, for migrations. */
  readonly ownerUrl: string;
  /** As the role, for the store. */
  readonly url: string;
}

/** The same server; without a role as the same user. A database of '' is none. */
export function urlIn(server: string, { database, role, password }: { database: string; role?: string; password?: string }): string {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(database)}`;
  if (role !== undefined) url.username = encodeURIComponent(role);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url.href;
}
