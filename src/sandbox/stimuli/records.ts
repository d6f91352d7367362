/** The tables of stimuli and of the idempotency keys they used. */
import type { Store } from '../kernel.js';

const SCHEMA = `
create table if not exists stimuli (
  stimulus_id text primary key, tenant_id text not null, source text not null, content text not null,
  status text not null, workflow_id text, workflow_execution_id text, confidence real, routing_mode text,
  rejection_reason text, classification_error text, received_at text not null, last_event_at text not null
);
create table if not exists stimulus_keys (
  source text not null, key text not null, recorded_at integer not null, primary key (source, key)
);`;

const KEY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A stimulus as stored; times are RFC 3339. */
export interface StimulusRecord {
  readonly stimulus_id: string;
  readonly tenant_id: string;
  /** `http_api`, or the source of a webhook. */
  readonly source: string;
  readonly content: string;
  readonly status: 'received' | 'classified' | 'rejected' | 'classification_failed';
  readonly workflow_id: string | null;
  readonly workflow_execution_id: string | null;
  readonly confidence: number | null;
  readonly routing_mode: 'Deterministic' | 'LlmClassified' | null;
  readonly rejection_reason: string | null;
  readonly classification_error: string | null;
  readonly received_at: string;
  readonly last_event_at: string;
}

export interface StimulusRecords {
  save(record: StimulusRecord): void;
  get(id: string): StimulusRecord | undefined;
  /** Newest activity first; of one tenant, or of all. */
  list(filter: { readonly tenant?: string; readonly limit: number }): readonly StimulusRecord[];
  /** Whether the source used the key within 24 hours before `now` (milliseconds). */
  isKeyUsed(source: string, key: string, now: number): boolean;
  recordKey(source: string, key: string, now: number): void;
}

const COLUMNS = [
  ...['stimulus_id', 'tenant_id', 'source', 'content', 'status', 'workflow_id', 'workflow_execution_id'],
  ...['confidence', 'routing_mode', 'rejection_reason', 'classification_error', 'received_at'],
  'last_event_at',
] as const;

/** Opens the tables, creating them where missing. */
export function openStimulusRecords(store: Store): StimulusRecords {
  store.exec(SCHEMA);
  const slots = COLUMNS.map(() => '?').join(', ');
  return {
    save(record) {
      const values = COLUMNS.map((column) => record[column]);
      store.run(`insert or replace into stimuli (${COLUMNS.join(', ')}) values (${slots})`, ...values);
    },
    get: (id) => store.get<StimulusRecord>('select * from stimuli where stimulus_id = ?', id),
    list({ tenant, limit }) {
      const [where, values] = tenant === undefined ? ['', []] : ['where tenant_id = ?', [tenant]];
      const order = 'order by last_event_at desc, rowid desc limit ?';
      return store.all<StimulusRecord>(`select * from stimuli ${where} ${order}`, ...values, limit);
    },
    isKeyUsed(source, key, now) {
      const where = 'source = ? and key = ? and recorded_at > ?';
      return (
        store.get(`select 1 from stimulus_keys where ${where}`, source, key, now - KEY_MILLISECONDS) !==
        undefined
      );
    },
    recordKey(source, key, now) {
      store.run('delete from stimulus_keys where recorded_at <= ?', now - KEY_MILLISECONDS);
      store.run(
        'insert or replace into stimulus_keys (source, key, recorded_at) values (?, ?, ?)',
        source,
        key,
        now,
      );
    },
  };
}
