export { type MigrateOptions, migrate } from './migrate.ts';
export { type Provisioned, type ProvisionOptions, provision } from './provision.ts';
export { type MysqlStoreOptions, mysqlStore } from './store.ts';
