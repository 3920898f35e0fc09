export type { MigrationSource } from '@ensemble/sql';
export { type MigrateOptions, migrate } from './migrate.ts';
export { provision } from './provision.ts';
export { type PostgresStoreOptions, postgresStore } from './store.ts';
