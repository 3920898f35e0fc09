export type { MigrationSource } from '@ensemble/sql';
export { type MigrateOptions, migrate } from './migrate.ts';
export { prepare, type Wanted } from './prepare.ts';
export { type PostgresStoreOptions, postgresStore } from './store.ts';
