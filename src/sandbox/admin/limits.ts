/** Which limits hold for a caller, and how far they are used. The sandbox shows limits; it enforces none. */
import type { Tier } from '../billing/tiers.js';
import type { Clock, Store } from '../kernel.js';
import { type Counted, type Counters, openCounters } from './counters.js';
import { type OverrideRecord, type Overrides, openOverrides } from './overrides.js';
import { type Bucket, isBucket, WINDOWS, windowStart } from './windows.js';

/** Whose limits: the tenant and, below it, the user. */
export interface LimitOwner {
  readonly tenant: string;
  readonly user: string;
  readonly tier: Tier;
}

/** One row of `GET /v1/user/rate-limits/usage`. */
export interface UsageRow {
  readonly resource_type: string;
  readonly bucket: Bucket;
  readonly current_count: number;
  readonly limit_value: number;
  readonly window_seconds: number;
  /** RFC 3339. */
  readonly resets_at: string;
}

/** One stored counter (schema UsageRecord). */
export interface CounterRow {
  readonly resource_type: string;
  readonly bucket: Bucket;
  /** RFC 3339. */
  readonly window_start: string;
  readonly counter: number;
}

interface Limit {
  readonly resource_type: string;
  readonly bucket: Bucket;
  readonly limit_value: number;
}

/** Limits of the free tier; the others allow a multiple. */
const FREE_LIMITS: readonly Limit[] = [
  { resource_type: 'agent_execution', bucket: 'per_minute', limit_value: 5 },
  { resource_type: 'agent_execution', bucket: 'hourly', limit_value: 50 },
  { resource_type: 'agent_execution', bucket: 'daily', limit_value: 200 },
  { resource_type: 'workflow_execution', bucket: 'per_minute', limit_value: 2 },
  { resource_type: 'workflow_execution', bucket: 'hourly', limit_value: 20 },
  { resource_type: 'workflow_execution', bucket: 'daily', limit_value: 80 },
];

const MULTIPLES: Readonly<Record<Tier, number>> = {
  free: 1,
  pro: 5,
  business: 20,
  enterprise: 100,
  system: 1000,
};

const COUNTED: readonly Counted[] = ['agent_execution', 'workflow_execution'];

/** The stored buckets; the counters of a minute live in memory only on the real server. */
const STORED: readonly Bucket[] = ['hourly', 'daily', 'weekly', 'monthly'];

export class RateLimits {
  readonly overrides: Overrides;
  readonly #counters: Counters;
  readonly #clock: Clock;

  constructor(context: { store: Store; clock: Clock }) {
    this.overrides = openOverrides(context);
    this.#counters = openCounters(context.store);
    this.#clock = context.clock;
  }

  /** Limits and counters of a caller. A user's override beats the tenant's, a newer one an older one. */
  usage(owner: LimitOwner): readonly UsageRow[] {
    const tenantwide = this.overrides.list({ tenant_id: owner.tenant });
    const own = this.overrides.list({ user_id: owner.user });
    const limits = new Map(defaultLimits(owner.tier).map((limit) => [keyOf(limit), limit]));
    for (const override of [...tenantwide].reverse().concat([...own].reverse())) {
      const limit = limitOf(override);
      if (limit !== undefined) limits.set(keyOf(limit), limit);
    }
    return [...limits.values()].map((limit) => this.#usageRow(owner.tenant, limit));
  }

  /** Every stored window of a tenant, newest first per bucket. */
  counters(tenant: string): readonly CounterRow[] {
    return COUNTED.flatMap((resource_type) =>
      STORED.flatMap((bucket) =>
        this.#counters.windows(tenant, resource_type, bucket).map(({ start, counter }) => ({
          ...{ resource_type, bucket, counter },
          window_start: new Date(start).toISOString(),
        })),
      ),
    );
  }

  #usageRow(tenant: string, limit: Limit): UsageRow {
    const window_seconds = WINDOWS[limit.bucket];
    const start = windowStart(limit.bucket, this.#clock.now().getTime());
    const resets_at = new Date(start + window_seconds * 1000).toISOString();
    return { ...limit, current_count: this.#count(tenant, limit, start), window_seconds, resets_at };
  }

  #count(tenant: string, { resource_type, bucket }: Limit, start: number): number {
    const resource = COUNTED.find((each) => each === resource_type);
    if (resource === undefined || bucket === 'per_minute') return 0;
    const windows = this.#counters.windows(tenant, resource, bucket);
    return windows.find((window) => window.start === start)?.counter ?? 0;
  }
}

function defaultLimits(tier: Tier): readonly Limit[] {
  return FREE_LIMITS.map((limit) => ({ ...limit, limit_value: limit.limit_value * MULTIPLES[tier] }));
}

function limitOf({ resource_type, bucket, limit_value }: OverrideRecord): Limit | undefined {
  return isBucket(bucket) ? { resource_type, bucket, limit_value: Math.max(0, limit_value) } : undefined;
}

function keyOf({ resource_type, bucket }: Limit): string {
  return JSON.stringify([resource_type, bucket]);
}
