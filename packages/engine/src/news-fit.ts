/** Whether what a participant tells and copies can be told and copied: looked at when its service starts. */
import { EnsembleError } from '@ensemble/errors';
import type { Flow } from '@ensemble/flow';
import type { News } from './news.ts';
import type { Participant } from './participant.ts';
import type { Table } from './store.ts';

const newsOf = ({ tells, copies }: Participant): News[] => [...Object.values(tells), ...Object.values(copies)].flatMap((one) => one ?? []);

/** The topics on which a participant tells, or listens to, what is not an order's. */
export const newsTopics = (participant: Participant): string[] => newsOf(participant).map(({ message }) => message.topic);

/** Errors: NEWS_UNFIT, saying of which table and why. */
export function refuseUnfitNews(participant: Participant, flows: readonly Flow[]): void {
  const { name, tables, tells, copies } = participant;
  const refuse = (of: string, why: string): never => {
    throw new EnsembleError('NEWS_UNFIT', `${name}.${of}: ${why}`, { participant: name, table: of });
  };
  const ordersTopics = new Set(flows.flatMap(({ messages }) => [...messages.values()].map(({ topic }) => topic)));
  const taken = new Set<string>();
  const fits = (of: string, news: News, isLacking: (fields: Set<string>, columns: Set<string>) => readonly string[]): void => {
    const table: Table = tables[of] ?? refuse(of, 'there is no such table');
    const { message, about } = news;
    const [lacking] = isLacking(new Set(message.fields.map((field) => field.name)), new Set(Object.keys(table.columns)));
    if (lacking !== undefined) refuse(of, `${lacking} is not in both, the table and ${message.name}`);
    if (table.key.join() !== about) refuse(of, `its key is ${table.key.join()}, and ${message.name} is about ${about}`);
    if (ordersTopics.has(message.topic) || taken.has(message.topic)) refuse(of, `${message.topic} is for other messages`);
    taken.add(message.topic);
  };
  const versioned = new Set(['version']);
  for (const [of, news] of Object.entries(tells)) if (news) fits(of, news, (fields, columns) => [...fields.difference(columns)]);
  for (const [of, news] of Object.entries(copies))
    if (news) fits(of, news, (fields, columns) => [...columns.difference(fields), ...versioned.difference(columns)]);
}
