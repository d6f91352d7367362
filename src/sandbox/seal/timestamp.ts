/** RFC 3339 timestamps as the server parses them: offset required, `T`, `t` or a space, any fraction, second 60. */

export interface Instant {
  /** Unix seconds, rounded down: the signed form. */
  readonly seconds: number;
  /** Unix milliseconds: for the age. */
  readonly milliseconds: number;
}

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** The instant of an RFC 3339 text; undefined when it is none. A leap second is signed as second 59. */
export function parseRfc3339(text: string): Instant | undefined {
  const parts = RFC3339.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const date = dateOf(year, month, day);
  if (date === undefined || !isTime(hour, minute, second)) return undefined;
  const offset = offsetMinutes(parts[8], Number(parts[9] ?? 0), Number(parts[10] ?? 0));
  if (offset === undefined) return undefined;
  const minutes = date / 60_000 + Number(hour) * 60 + Number(minute) - offset;
  const seconds = minutes * 60 + Math.min(Number(second), 59);
  const fraction = Math.trunc(Number(`0.${parts[7] ?? 0}`) * 1000) + (second === 60 ? 1000 : 0);
  return { seconds, milliseconds: seconds * 1000 + fraction };
}

function dateOf(year = 0, month = 0, day = 0): number | undefined {
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month - 1, day);
  const same = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  return same ? midnight.getTime() : undefined;
}

function isTime(hour = 24, minute = 60, second = 61): boolean {
  return hour < 24 && minute < 60 && second <= 60;
}

function offsetMinutes(sign: string | undefined, hours: number, minutes: number): number | undefined {
  if (hours > 23 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}
