export { type PostgresStoreOptions, postgresStore, type Timeouts } from './store.ts';
