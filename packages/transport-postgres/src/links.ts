import type { Log } from '@ensemble/engine';
import { EnsembleError } from '@ensemble/errors';
import { Link } from './link.ts';

/** Two connections, so that an append never waits behind a long read. */
export interface Links {
  readonly reader: Link;
  readonly writer: Link;
}

/** A name that needs no quotes: it stands in settings, where quotes have rules of their own. */
const plainName = /^[a-z_][a-z0-9_]{0,40}$/;

/** Errors: CONFIG_INVALID, where the schema's name is not a plain one. */
export function openLinks(url: string, schema: string, log: Log): Links {
  if (!plainName.test(schema)) throw new EnsembleError('CONFIG_INVALID', `The schema's name is not a plain one: ${schema}`, { schema });
  const open = (what: string, synchronousCommit: string): Link =>
    new Link({
      url,
      applicationName: `ensemble log ${what}`,
      settings: {
        search_path: schema,
        synchronous_commit: synchronousCommit,
        // plans are made while the tables are small, and must still be right when they are not
        enable_seqscan: 'off',
        enable_bitmapscan: 'off',
        jit: 'off',
      },
      log,
    });
  // what the reader writes (offsets, heartbeats) can be lost without harm: the next start repeats a little more
  return { reader: open('reader', 'off'), writer: open('writer', 'on') };
}
