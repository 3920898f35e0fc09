export { type MigrateOptions, migrate } from './migrate.ts';
export { provision } from './provision.ts';
export { type MysqlStoreOptions, mysqlStore } from './store.ts';
