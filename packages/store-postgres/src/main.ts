export { connectPatience, type MigrationSource } from '@ensemble/sql';
export { type MigrateOptions, migrate } from './migrate.ts';
export { type Place, workUrl } from './place.ts';
export { prepare } from './prepare.ts';
export { type PostgresStoreOptions, postgresStore } from './store.ts';
