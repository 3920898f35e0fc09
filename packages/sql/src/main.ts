/** What the stores over SQL servers have in common. */
export { type DatabaseClock, databaseClock } from './clock.ts';
export { connectPatience } from './connecting.ts';
export { inKeyOrder, rowsInKeyOrder } from './key-order.ts';
export { type Migration, type MigrationSource, speaksOfRole, withRole } from './migration-files.ts';
export { cutBy } from './migration-statements.ts';
export { applyMissing, type ReadSource, readSources } from './missing.ts';
export { snake } from './names.ts';
export { type Session, SessionPool } from './pool.ts';
export { rowOf } from './row.ts';
export type { Outcome, Reply, SqlSession } from './statement.ts';
export { sqlStore, type StoreOptions, usualTimeouts } from './store.ts';
export type { Dialect, Part, Transaction } from './transaction.ts';
export { urlIn } from './url-in.ts';
export { bigintText, intText, jsonText, plainText, safeInteger, timeText, uuidText } from './values.ts';
