/** Storage violations (schema StorageViolation; D64). */
import type { ExecutionRecord, Outcome } from '../kernel.js';
import { derivedId } from './derived-id.js';
import { type IncidentSources, labelledRuns } from './incidents.js';

/** StorageViolation. */
export interface StorageViolation {
  readonly category: 'path_traversal_blocked' | 'filesystem_policy_violation';
  readonly execution_id: string;
  readonly volume_id: string | null;
  readonly path: string;
  readonly operation: string;
  readonly details: string;
  readonly occurred_at: string;
}

/** A label value that makes reading the violations fail. */
const UNREADABLE = 'unreadable';

/**
 * Violations, newest first: executions in the system tenant of agents labelled
 * `sandbox.aegis/storage-violation: <path>`, which try to write there. A path with `..` is a traversal, any other is
 * against the filesystem policy. Once an agent with the label `unreadable` has run, all reading fails.
 */
export function listViolations(
  sources: Pick<IncidentSources, 'agents' | 'executions'>,
): Outcome<readonly StorageViolation[]> {
  const runs = labelledRuns(sources, 'storage-violation');
  if (runs.some(({ value }) => value === UNREADABLE)) {
    return { ok: false, error: 'Database error: a storage event cannot be read' };
  }
  return { ok: true, value: runs.map(({ run, value }) => violationOf(run, value)) };
}

function violationOf(run: ExecutionRecord, path: string): StorageViolation {
  const origin = { execution_id: run.id, path, occurred_at: run.started_at };
  if (path.split('/').includes('..')) {
    return {
      ...origin,
      category: 'path_traversal_blocked',
      volume_id: null,
      operation: 'path_traversal',
      details: 'Path traversal was blocked before reaching storage',
    };
  }
  return {
    ...origin,
    category: 'filesystem_policy_violation',
    volume_id: derivedId(`workspace of ${run.id}`),
    operation: 'write',
    details: 'Policy rule violated: filesystem.write',
  };
}
