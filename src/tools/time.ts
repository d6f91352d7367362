/** Times as results carry them. */
import { shapeError } from './results.js';

/** Milliseconds since the epoch as RFC 3339 without a fraction. Throws `bad_response` beyond the calendar. */
export function rfc3339(milliseconds: number): string {
  const date = new Date(milliseconds);
  // Beyond the year 9999 toISOString writes six digits and a sign, which RFC 3339 does not know.
  if (Number.isNaN(date.getTime()) || !/^\d/.test(date.toISOString()))
    throw shapeError('a time in the calendar');
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
