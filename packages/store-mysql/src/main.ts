export { type MysqlStoreOptions, mysqlStore, type Timeouts } from './store.ts';
