/** An order's timeline for people: when, who, which message, what it changed. */
import { isDeepStrictEqual } from 'node:util';
import type { Changed, Entry, Line, Order, Owed, Wait } from './api.ts';
import { amountWords, money } from './money.ts';
import type { Paint } from './paint.ts';

/** Of `10:15:01.005`. */
const timeWidth = 12;

/** How wide the columns of names are: as most names are at least, and at most so that one longer breaks its own line and no other. */
interface Widths {
  readonly by: number;
  readonly message: number;
}
const least: Widths = { by: 13, message: 24 };
const most: Widths = { by: 24, message: 40 };

const wider = (widths: Widths, entries: readonly Entry[]): Widths => ({
  by: Math.min(most.by, Math.max(widths.by, ...entries.map(({ by }) => by.length))),
  message: Math.min(most.message, Math.max(widths.message, ...entries.map(({ message }) => message.length))),
});

/** What was known of the order, and how wide its lines were, before a message. */
export interface Before {
  readonly status: string;
  readonly known: Changed;
  readonly widths: Widths;
}

/** `entries`: those that are known already. A line may be written before the next is: then the columns grow with it. */
export const atFirst = (entries: readonly Entry[]): Before => ({ status: '', known: {}, widths: wider(least, entries) });

export const after = ({ known, widths }: Before, entry: Entry): Before => ({
  status: entry.status,
  known: { ...known, ...entry.changed },
  widths: wider(widths, [entry]),
});

export const timelineHead = ({ widths }: Before, { dim }: Paint): string =>
  dim(`${'time'.padEnd(timeWidth)}  ${'who'.padEnd(widths.by)}  ${'message'.padEnd(widths.message)}  what changed`);

/** One message: what it repeats is left out. */
export function timelineLine(entry: Entry, before: Before, paint: Paint): string {
  const { time, by, message, status, statusWord, changed } = entry;
  const widths = wider(before.widths, [entry]);
  const becomes = status === before.status ? [] : [paint.status(status, statusWord)];
  const what = [...becomes, ...said(news(changed, before.known))].join(', ');
  return `${paint.dim(clock(time))}  ${by.padEnd(widths.by)}  ${message.padEnd(widths.message)}  ${what}`.trimEnd();
}

/** The facts that are not known yet; the currency stays beside its amounts. */
const news = (changed: Changed, known: Changed): Changed =>
  Object.fromEntries(
    Object.entries({ ...(known.currency === undefined ? {} : { currency: known.currency }), ...changed }).filter(
      ([name, value]) => name === 'currency' || !isDeepStrictEqual(value, known[name as keyof Changed]),
    ),
  );

/** A whole timeline. */
export function timelineLines(timeline: readonly Entry[], paint: Paint): string[] {
  const first = atFirst(timeline);
  let before = first;
  const lines = timeline.map((entry) => {
    const line = timelineLine(entry, before, paint);
    before = after(before, entry);
    return line;
  });
  return [timelineHead(first, paint), ...lines];
}

/** In the time zone of whoever looks. */
function clock(time: string): string {
  const date = new Date(time);
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

/** The day too, and no fractions. */
export function moment(time: string): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())} ${clock(time).slice(0, 8)}`;
}

const part = (value: number, digits = 2): string => String(value).padStart(digits, '0');

function said({ customerId, lines, pricedLines, total, currency, paymentId, reason, productId }: Changed): readonly string[] {
  return [
    ...(customerId === undefined ? [] : [`for ${customerId}`]),
    ...(pricedLines ?? lines ?? []).map((line) => lineWords(line, currency)),
    ...(total === undefined ? [] : [`total ${amountWords(total, currency)}`]),
    ...(paymentId === undefined ? [] : [`payment ${paymentId}`]),
    ...(productId === undefined || reason?.includes(productId) ? [] : [productId]),
    ...(reason === undefined ? [] : [reason]),
  ];
}

/** `2 × keyboard`, with its price once that is known. */
export const lineWords = ({ quantity, productId, price }: Line, currency?: string | null): string =>
  `${quantity} × ${productId}${price === undefined || !currency ? '' : ` at ${money(price, currency)}`}`;

/** `for payment.charge since 12:01:02.345, overdue`. */
export const waitWords = ({ operation, since, overdue }: Wait, paint: Paint): string =>
  `for ${operation} since ${clock(since)}${overdue ? `, ${paint.status('overdue')}` : ''}`;

/** `inventory.sell is still owed: TypeError: a bug`. */
export const owedWords = ({ operation, reason }: Owed): string => `${operation} is still owed: ${reason}`;

/** How it ended, in a sentence and its flow's word. */
export function verdict(order: Order, paint: Paint): string {
  const { status, statusWord, total, currency, reason, createdAt, updatedAt } = order;
  const word = paint.status(status, statusWord);
  const took = `after ${duration(Date.parse(updatedAt) - Date.parse(createdAt))}`;
  if (status === 'COMPLETED') return `${word} ${took}${total === null ? '' : `: ${amountWords(total, currency)} paid`}`;
  const why = reason === null ? '' : `: ${reason}`;
  if (status === 'CANCELLED') return `${word} ${took}${why}`;
  return status === 'FAILED' ? `${word}: ${failure(order)}, and a person is needed` : word;
}

function failure({ reason, problems = [] }: Order): string {
  const owed = problems.length > 0 ? problems.map(owedWords) : ['something could not be taken back'];
  return [...(reason === null ? [] : [reason]), ...owed].join('; ');
}

const duration = (milliseconds: number): string =>
  milliseconds < 1_000
    ? `${milliseconds} ms`
    : milliseconds < 120_000
      ? `${(milliseconds / 1_000).toFixed(1)} s`
      : `${Math.round(milliseconds / 60_000)} min`;
