import type { Log } from '@ensemble/engine';
import { Link } from './link.ts';
import { checkSchema, migrate } from './migrate.ts';

/** Two connections, so that an append never waits behind a long read. */
export interface Links {
  readonly reader: Link;
  readonly writer: Link;
}

/** Errors: MIGRATION_INVALID, where the schema's name is not a plain one. */
export function openLinks(url: string, schema: string, log: Log): Links {
  checkSchema(schema);
  const open = (what: string, synchronousCommit: string): Link =>
    new Link({
      url,
      applicationName: `${schema}: ${what}`,
      settings: {
        search_path: schema,
        synchronous_commit: synchronousCommit,
        // plans are made while the tables are small, and must still be right when they are not
        enable_seqscan: 'off',
        enable_bitmapscan: 'off',
        jit: 'off',
      },
      before: () => migrate(url, schema),
      log,
    });
  // what the reader writes (offsets, heartbeats) can be lost without harm: the next start repeats a little more
  return { reader: open('reader', 'off'), writer: open('writer', 'on') };
}
