/** Tells the rows that a participant declares: each that changes, and all of them once when it starts. */
import { codecOf } from '@ensemble/flow';
import type { Job } from './at-hand.ts';
import { type Clock, pause } from './clock.ts';
import { type Log, troubleLog } from './log.ts';
import { seal } from './envelope.ts';
import { type News, newsId } from './news.ts';
import type { Participant } from './participant.ts';
import type { Change, Row, Store, Table } from './store.ts';
import type { Said } from './work.ts';

/** How the row is now. */
export function told(news: News, by: string, row: Row, at: number): Said {
  const { message, about } = news;
  const data = codecOf(message).encode(row);
  const subject = String(data[about]);
  const value = seal({ id: newsId(news, data), source: `/ensemble/${by}`, type: message.name, subject, time: at, data });
  return { topic: message.topic, key: subject, value };
}

/** What is said of a batch's changes. By the table's name: a service may declare one table twice, to read it and to lock it. */
export function tellsOf(participant: Participant): (changes: readonly Change[], now: number) => readonly Said[] {
  const byName = new Map(tellingsOf(participant).map(({ table, news }) => [table.name, news]));
  return (changes, now) =>
    changes.flatMap(({ table, insert = [], update = [] }) => {
      const news = byName.get(table.name);
      return news ? [...insert, ...update].map((row) => told(news, participant.name, row, now)) : [];
    });
}

const tellingsOf = ({ tables, tells }: Participant): readonly { readonly table: Table; readonly news: News }[] =>
  Object.entries(tells).flatMap(([of, news]) => {
    const table = tables[of];
    return news && table ? [{ table, news }] : [];
  });

interface Telling {
  readonly participant: Participant;
  readonly store: Pick<Store, 'select'>;
  readonly perform: (job: Job) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
}

const retryPause = 1_000;
const atOnce = 500;

/**
 * Resolves when every row was said as it is now, or the service is stopping. For a reader whose log was cut before it had read, and for
 * rows that were put in by hand; to everyone else it is old news.
 */
export async function tellAll(setting: Telling): Promise<void> {
  const { participant, clock, log, stopping } = setting;
  const trouble = troubleLog(log, participant.name, 'its rows cannot be told');
  for (const telling of tellingsOf(participant)) {
    let after: string | null = '';
    while (after !== null && !stopping.aborted) {
      try {
        after = await tellPage(setting, telling, after);
        trouble.over();
      } catch (error) {
        if (!stopping.aborted) trouble.met(error instanceof Error ? error.message : String(error));
        await pause(clock, retryPause, stopping);
      }
    }
  }
}

/** The key to go on after; null: that was all. They are read again where they are said: what changed meanwhile is said as it is now. */
async function tellPage(
  { participant, store, perform }: Telling,
  { table, news }: { readonly table: Table; readonly news: News },
  after: string,
): Promise<string | null> {
  const { about } = news;
  const rows = await store.select(table, { where: [[about, '>', after]], orderBy: [[about, 'asc']], limit: atOnce });
  const keys = rows.map((row) => [row[about] as string]);
  if (keys.length > 0)
    await perform({
      keys: (wanted) => (wanted === table ? keys : []),
      decide: (working, now) => ({
        rows: [],
        says: keys.flatMap((key) => {
          const row: Row | undefined = working.get(table, key);
          return row ? [told(news, participant.name, row, now)] : [];
        }),
      }),
    });
  return keys.length < atOnce ? null : (keys.at(-1)?.[0] ?? null);
}
