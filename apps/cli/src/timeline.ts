/** An order's timeline for people: when, who, which message, what it changed. */
import { isDeepStrictEqual } from 'node:util';
import type { Changed, Entry, Line, Order, Owed, Wait } from './api.ts';
import { money } from './money.ts';
import type { Paint } from './paint.ts';

/** Wide enough for most names: a line is written before the next is known. */
const widths = { time: 12, by: 13, message: 24 };

export const timelineHead = ({ dim }: Paint): string =>
  dim(`${'time'.padEnd(widths.time)}  ${'who'.padEnd(widths.by)}  ${'message'.padEnd(widths.message)}  what changed`);

/** What was known of the order before a message. */
export interface Before {
  readonly status: string;
  readonly known: Changed;
}

export const atFirst: Before = { status: '', known: {} };

export const after = ({ known }: Before, { status, changed }: Entry): Before => ({ status, known: { ...known, ...changed } });

/** One message: what it repeats is left out. */
export function timelineLine(entry: Entry, before: Before, paint: Paint): string {
  const { time, by, message, status, changed } = entry;
  const becomes = status === before.status ? [] : [paint.status(status)];
  const what = [...becomes, ...said(news(changed, before.known))].join(', ');
  return `${paint.dim(clock(time))}  ${by.padEnd(widths.by)}  ${message.padEnd(widths.message)}  ${what}`.trimEnd();
}

/** The facts that are not known yet; the currency stays beside its amounts. */
const news = (changed: Changed, known: Changed): Changed =>
  Object.fromEntries(
    Object.entries(changed).filter(([name, value]) => name === 'currency' || !isDeepStrictEqual(value, known[name as keyof Changed])),
  );

/** A whole timeline. */
export function timelineLines(timeline: readonly Entry[], paint: Paint): string[] {
  let before = atFirst;
  const lines = timeline.map((entry) => {
    const line = timelineLine(entry, before, paint);
    before = after(before, entry);
    return line;
  });
  return [timelineHead(paint), ...lines];
}

/** In the time zone of whoever looks. */
function clock(time: string): string {
  const date = new Date(time);
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

function said({ customerId, lines, pricedLines, total, currency, paymentId, reason, productId }: Changed): readonly string[] {
  return [
    ...(customerId === undefined ? [] : [`for ${customerId}`]),
    ...(pricedLines ?? lines ?? []).map((line) => lineWords(line, currency)),
    ...(total === undefined ? [] : [`total ${currency === undefined ? total : money(total, currency)}`]),
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

/** `inventory.sell cannot be done: TypeError: a bug`. */
export const owedWords = ({ operation, reason }: Owed): string => `${operation} cannot be done: ${reason}`;

/** How it ended, in a sentence. */
export function verdict(order: Order, paint: Paint): string {
  const { status, total, currency, reason, createdAt, updatedAt } = order;
  const took = `after ${duration(Date.parse(updatedAt) - Date.parse(createdAt))}`;
  if (status === 'COMPLETED')
    return `${paint.status(status)} ${took}${total === null || !currency ? '' : `: ${money(total, currency)} paid`}`;
  const why = reason === null ? '' : `: ${reason}`;
  if (status === 'CANCELLED') return `${paint.status(status)} ${took}${why}`;
  return status === 'FAILED' ? `${paint.status(status)}: ${failure(order)}, and a person is needed` : paint.status(status);
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
