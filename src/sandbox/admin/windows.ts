/** Windows of the rate limiter: fixed, counted from the Unix epoch (schema UserRateLimitUsage). */

/** A bucket the limiter understands; overrides of any other name are stored and have no effect. */
export type Bucket = 'per_minute' | 'hourly' | 'daily' | 'weekly' | 'monthly';

/** Seconds. */
export const WINDOWS: Readonly<Record<Bucket, number>> = {
  per_minute: 60,
  hourly: 3600,
  daily: 86_400,
  weekly: 604_800,
  monthly: 2_592_000,
};

export function isBucket(name: string): name is Bucket {
  return Object.hasOwn(WINDOWS, name);
}

/** Start of the bucket's window around a time, both in Unix milliseconds. */
export function windowStart(bucket: Bucket, at: number): number {
  const length = WINDOWS[bucket] * 1000;
  return Math.floor(at / length) * length;
}
