import type { Problem } from './api.ts';
import { money } from './money.ts';

/** A total that is another by now, in a person's words: the server tells it in minor units. null: the problem is another. */
export function priceChanged({ code, details = {} }: Problem): { readonly detail: string; readonly todo: string } | null {
  const now = inWords(details);
  const shown = inWords(details['shown']);
  if (code !== 'PRICE_CHANGED' || now === null || shown === null) return null;
  return { detail: `It costs ${now} now, and not ${shown}.`, todo: `Nothing was ordered. To order at that: --total '${now}'.` };
}

function inWords(told: unknown): string | null {
  const { total, currency } = (told ?? {}) as { readonly total?: unknown; readonly currency?: unknown };
  return typeof total === 'number' && typeof currency === 'string' ? money(total, currency) : null;
}
