/** Amounts of money: whole numbers of the smallest unit, never a fraction, with a form that people read. */
import { shapeError } from './results.js';

/** An amount as results carry it. `minor_units` is text beyond 2^53. */
export type Money = {
  readonly minor_units: number | string;
  /** Lower case, as the server says it; null where the server does not tell. */
  readonly currency: string | null;
  /** For people: `USD 12.50`. */
  readonly text: string;
};

/**
 * Currencies without and with three decimals, as the payment provider counts them in its amounts. That is neither
 * ISO 4217 (ISK and UGX have no decimals there) nor Intl, whose table leaves out decimals that are rarely paid in
 * cash (HUF, IDR, PKR).
 */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF', 0),
  ...codes('BHD JOD KWD OMR TND', 3),
]);

function codes(list: string, decimals: number): [string, number][] {
  return list.split(' ').map((code) => [code, decimals]);
}

/** Throws `bad_response` for an amount that is no whole number. */
export function money(amount: unknown, currency: unknown): Money {
  const minor_units = wholeNumber(amount);
  const known = typeof currency === 'string' && currency !== '' ? currency : null;
  return { minor_units, currency: known, text: format(String(minor_units), known) };
}

/** The wire's JSON reader gives integers beyond 2^53 as text of their digits. */
function wholeNumber(amount: unknown): number | string {
  if (typeof amount === 'number' && Number.isSafeInteger(amount)) return amount;
  if (typeof amount === 'string' && /^-?\d+$/.test(amount)) return amount;
  throw shapeError('an amount in whole units of the smallest coin');
}

/** Moves the decimal point in the text: no arithmetic, so nothing is ever rounded. */
function format(minor: string, currency: string | null): string {
  if (currency === null) return `${minor} in the smallest unit of a currency that the server does not name`;
  const code = currency.toUpperCase();
  const decimals = DECIMALS.get(code) ?? 2;
  const sign = minor.startsWith('-') ? '-' : '';
  const digits = minor.slice(sign.length).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = decimals === 0 ? '' : `.${digits.slice(point)}`;
  return `${code} ${sign}${digits.slice(0, point)}${fraction}`;
}
