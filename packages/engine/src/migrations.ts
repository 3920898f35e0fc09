/** Folders of numbered SQL files: the tables that the engine keeps in a service's database. */
export const engineMigrations = {
  /** In every service's. */
  every: new URL('../migrations/', import.meta.url),
  /** In a coordinating service's, besides. */
  coordinator: new URL('../migrations-coordinator/', import.meta.url),
  /** In that of a service which asks outside, besides. */
  outside: new URL('../migrations-outside/', import.meta.url),
};
