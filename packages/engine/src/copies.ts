/** Copies of what other services tell: the newest row of each key, whatever came first. */
import { codecOf } from '@ensemble/flow';
import type { Envelope } from './envelope.ts';
import type { News } from './news.ts';
import type { Participant } from './participant.ts';
import type { Key, Row, Table } from './store.ts';
import { nothing, type Work } from './work.ts';

export interface Copy {
  readonly news: News;
  readonly table: Table;
  /** As whom it reads. */
  readonly reader: string;
}

/** By the topic that each is told on. */
export function copiesOf({ name, tables, copies }: Participant): ReadonlyMap<string, Copy> {
  return new Map(
    Object.entries(copies).flatMap(([of, news]) => {
      const table = tables[of];
      return news && table ? [[news.message.topic, { news, table, reader: `${name}.${of}` }] as const] : [];
    }),
  );
}

/** `data` fits the news. */
export function copyWork({ news, table }: Copy, data: Envelope['data']): Pick<Work, 'keys' | 'decide'> {
  const facts = codecOf(news.message).decode(data);
  const row: Row = Object.fromEntries(Object.keys(table.columns).map((column) => [column, facts[column]]));
  const key: Key = [row[news.about] as string];
  return {
    keys: (wanted) => (wanted === table ? [key] : []),
    decide(working) {
      const known = working.get(table, key);
      return known && versionOf(known) >= versionOf(row) ? nothing : { rows: [[table, row]], says: [] };
    },
  };
}

const versionOf = ({ version }: Row): number => version as number;
