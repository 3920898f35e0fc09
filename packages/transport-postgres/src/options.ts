import type { Log } from '@ensemble/engine';

export interface PostgresTransportOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** Where the log's tables are. Default 'public'. */
  readonly schema?: string;
  readonly log?: Log;
  /** How often the log is looked at for what others appended: milliseconds. Default 25, and 200 while there are no others. */
  readonly pollInterval?: number;
  /** How long entries are kept that all groups have passed: milliseconds. Default 7 days. */
  readonly retention?: number;
}
