import { InvalidArgumentError } from 'commander';

export interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

/** `158.00 EUR` is 15800 EUR, and so is `158 EUR`. Errors: commander's. */
export function moneyIn(text: string): Money {
  const { whole = '', part, currency = '' } = /^(?<whole>\d+)(?:\.(?<part>\d+))? ?(?<currency>[A-Z]{3})$/.exec(text)?.groups ?? {};
  const digits = minorDigits(currency);
  const amount = Number(`${whole}${part ?? '0'.repeat(digits)}`);
  const isMoney = whole !== '' && (part === undefined || part.length === digits) && Number.isSafeInteger(amount);
  if (!isMoney) throw new InvalidArgumentError("Write an amount and its currency: '158.00 EUR'.");
  return { amount, currency };
}

/** 15800 EUR is `158.00 EUR`, 15800 JPY is `15800 JPY`. Minor units stay integers: no float comes near them. */
export function money(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  const sign = amount < 0 ? '-' : '';
  const all = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = all.slice(0, all.length - digits);
  return `${sign}${whole}${digits === 0 ? '' : `.${all.slice(-digits)}`} ${currency}`;
}

/** The amount as money; where nobody said in which currency, as what it is. */
export const amountWords = (amount: number, currency: string | null | undefined): string =>
  currency ? money(amount, currency) : `${amount} minor units`;

/** How many digits stand behind the point (ISO 4217); 2 for what is no currency. */
function minorDigits(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
