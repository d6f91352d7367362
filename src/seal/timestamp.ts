/** Envelope timestamps: RFC 3339 text for the orchestrator, whole Unix seconds for the gateway. */

/** How a timestamp is written on the wire. The signed bytes are the same for both. */
export type TimestampFormat = 'rfc3339' | 'unix';

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[T ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d+)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Whole seconds of an instant, rounded down: the number that is signed. */
export function toUnixSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

/**
 * Unix seconds of an RFC 3339 `date-time` (section 5.6), the fraction dropped; undefined when it is none.
 * `T` and `Z` in upper case, or a space for the `T`; an offset is demanded; leap seconds are refused, because
 * verifiers disagree on the second they stand for.
 */
export function parseRfc3339(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isRealDay =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isRealDay) return undefined;
  const seconds = toUnixSeconds(date.getTime()) - readOffset(match[7], match[8], match[9]);
  return seconds < 0 ? undefined : seconds;
}

/** Seconds east of UTC; the parts are absent for `Z`. */
function readOffset(sign: string | undefined, hours = '0', minutes = '0'): number {
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? -seconds : seconds;
}
