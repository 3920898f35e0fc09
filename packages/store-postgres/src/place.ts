import { type MigrationSource, urlIn } from '@ensemble/sql';

/** A service's database, and whom the service works as there. */
export interface Place {
  readonly database: string;
  /** It can log in, do with each table what the migrations leave it, and nothing else. */
  readonly role: string;
  readonly password: string;
  /** Applied one source after the other. */
  readonly sources: readonly MigrationSource[];
}

/** What the service works with, once the place is prepared. `adminUrl` names the server. */
export const workUrl = (adminUrl: string, { database, role, password }: Place): string => urlIn(adminUrl, { database, role, password });
