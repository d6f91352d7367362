/** Measures how far the server's clock is from ours. */

export interface ClockSkew {
  /** Takes the headers of a response that arrived at `now` (milliseconds since the epoch). */
  observe(headers: Readonly<Record<string, string>>, now: number): void;
  /** Server minus local, milliseconds, from the last `Date` header (RFC 9110, section 6.6.1; whole seconds). */
  current(): number | undefined;
}

export function createClockSkew(): ClockSkew {
  let skew: number | undefined;
  return {
    observe: (headers, now) => {
      const date = Date.parse(headers.date ?? '');
      if (!Number.isNaN(date)) skew = offset(date, now);
    },
    current: () => skew,
  };
}

/** The header names the second that has begun: within it the clocks agree as far as anybody can tell. */
function offset(date: number, now: number): number {
  return now < date ? date - now : Math.min(0, date + 1_000 - now);
}
