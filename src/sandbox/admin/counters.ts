/** What the rate limiter counts: runs started, by tenant and hour. */
import type { Store } from '../kernel.js';
import { type Bucket, windowStart } from './windows.js';

export type Counted = 'agent_execution' | 'workflow_execution';

/** One window of one bucket. */
export interface WindowCount {
  /** Unix milliseconds. */
  readonly start: number;
  readonly counter: number;
}

export interface Counters {
  /** Windows with at least one start, newest first. */
  windows(tenant: string, resource: Counted, bucket: Bucket): readonly WindowCount[];
}

/**
 * Triggers count as the records are written, so that no path to a run is missed and a deleted run stays counted.
 * Hours are RFC 3339 up to the hour.
 */
const SCHEMA = `
create table if not exists rate_limit_counters (
  tenant_id text not null, resource_type text not null, hour text not null, counter integer not null,
  primary key (tenant_id, resource_type, hour)
);
create trigger if not exists count_agent_executions after insert on executions begin
  insert into rate_limit_counters values (new.tenant_id, 'agent_execution', substr(new.started_at, 1, 13), 1)
  on conflict do update set counter = counter + 1;
end;
create trigger if not exists count_workflow_executions after insert on workflow_executions begin
  insert into rate_limit_counters values
    (new.tenant_id, 'workflow_execution', substr(json_extract(new.document, '$.started_at'), 1, 13), 1)
  on conflict do update set counter = counter + 1;
end;`;

/** The counters of a store that has the tables of executions and workflow runs. */
export function openCounters(store: Store): Counters {
  store.exec(SCHEMA);
  const sql = 'select hour, counter from rate_limit_counters where tenant_id = ? and resource_type = ?';
  return {
    windows(tenant, resource, bucket) {
      const sums = new Map<number, number>();
      for (const { hour, counter } of store.all<{ hour: string; counter: number }>(sql, tenant, resource)) {
        const start = windowStart(bucket, Date.parse(`${hour}:00:00Z`));
        sums.set(start, (sums.get(start) ?? 0) + counter);
      }
      const windows = [...sums].map(([start, counter]) => ({ start, counter }));
      return windows.sort((left, right) => right.start - left.start);
    },
  };
}
