/** Rate limits: whose they are, and counters as published. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { around, listOf, textOf } from '../results.js';

/** Whose limit is meant. */
export interface Subject {
  readonly tenant_id?: string | undefined;
  readonly user_id?: string | undefined;
}

/**
 * Whose limits to list. A pinned tenant is the default, not a further condition: a user's own limits name no tenant,
 * so the two together would find nothing.
 */
export function listed<A extends Subject>(args: A, pinned: string | undefined): A {
  const forUser = pinned !== undefined && args.user_id !== undefined;
  return forUser ? { ...args, tenant_id: undefined } : args;
}

/** Exactly one of the two; a pinned tenant gives way to a user. Throws `invalid_arguments`; nothing was sent. */
export function limited<A extends Subject>(args: A, pinned: string | undefined): A {
  const subject = listed(args, pinned);
  const given = [subject.tenant_id, subject.user_id].filter((each) => each !== undefined);
  if (given.length === 1) return subject;
  const problem =
    given.length === 0 ? 'tenant_id or user_id: one is missing' : 'tenant_id and user_id exclude each other';
  throw new AegisError('invalid_arguments', `create_rate_limit_override: ${problem}.`, {
    next: 'Give exactly one: the tenant or the user that the limit is for; nothing was sent.',
  });
}

/** Refuses the counters of a tenant other than the pinned one. */
export function refuseForeignTenant(
  { scope_type, scope_id }: { readonly scope_type: string; readonly scope_id: string },
  pinned: string | undefined,
): void {
  if (pinned === undefined || scope_type !== 'tenant' || scope_id === pinned) return;
  throw new AegisError(
    'invalid_arguments',
    `get_rate_limit_usage: scope_id: this server acts for tenant ${pinned} only.`,
    { next: `Give scope_id ${pinned}, or scope_type user; nothing was sent.` },
  );
}

/** UserRateLimitUsage; the published client has `{user_id, buckets: [{bucket_name, usage_pct}]}`. */
export function toUserUsage(body: unknown): AnyArgs & { usage: Counter[]; count: number } {
  const { buckets, ...rest } = isObject(body) ? around('usage', body) : {};
  const isPublished = isObject(body) && body.usage === undefined && buckets !== undefined;
  const usage = isPublished ? listOf('buckets', body, toBucket) : listOf('usage', body, toCounter);
  return { ...rest, usage, count: usage.length };
}

type Counter = AnyArgs & { bucket: string };

function toBucket({ bucket_name, ...rest }: AnyArgs): Counter {
  return { ...rest, bucket: textOf({ bucket_name }, 'bucket_name') };
}

function toCounter(value: AnyArgs): Counter {
  const { current_count, limit_value } = value;
  const isCounted = typeof current_count === 'number' && typeof limit_value === 'number' && limit_value > 0;
  const usage_pct = isCounted ? { usage_pct: Math.round((1000 * current_count) / limit_value) / 10 } : {};
  return { ...value, bucket: textOf(value, 'bucket'), ...usage_pct };
}
