/** Failures that AEGIS tools report inside a successful answer. */
import { isRecord } from './envelope.js';

/** Members that say whether the tool did its work; false means it did not. */
const DONE_FLAGS = [
  'deployed',
  'cancelled',
  'updated',
  'deleted',
  'signalled',
  'removed',
  'promoted',
  'demoted',
] as const;

/**
 * The failure a tool result reports, as one line of text; undefined for a success.
 *
 * Built-in tools answer HTTP 200 with `error`, a non-empty `errors` list, `status: "conflict"`, or a flag such as
 * `deployed: false`. A `valid` member marks the answer of a validator, whose `errors` are its result.
 *
 * @param result the tool's own JSON value.
 */
export function toolFailure(result: unknown): string | undefined {
  if (!isRecord(result)) return undefined;
  const flag = DONE_FLAGS.find((name) => result[name] === false);
  const isFailure =
    isPresent(result.error) ||
    (isNonEmptyList(result.errors) && typeof result.valid !== 'boolean') ||
    result.status === 'conflict' ||
    flag !== undefined;
  if (!isFailure) return undefined;
  return findReason(result) ?? (flag === undefined ? 'conflict' : `${flag}: false`);
}

/** The most telling text of a failed result; workflow tools keep theirs in the verdict of a validation. */
function findReason(result: Record<string, unknown>): string | undefined {
  const { error, errors, message, deterministic_validation, semantic_validation } = result;
  const texts = [
    isPresent(error) ? describe(error) : undefined,
    isNonEmptyList(errors) ? errors.map(describe).join('; ') : undefined,
    typeof message === 'string' ? message : undefined,
  ].filter((text) => text !== undefined && text !== '');
  if (texts.length > 0) return texts.join(': ');
  const verdict = [deterministic_validation, semantic_validation].find(
    (v) => isRecord(v) && v.passed === false,
  );
  return isRecord(verdict) ? describe(verdict.error ?? verdict.violations ?? 'validation failed') : undefined;
}

function isPresent(error: unknown): boolean {
  return error !== undefined && error !== null && error !== false && error !== '';
}

function isNonEmptyList(errors: unknown): errors is unknown[] {
  return Array.isArray(errors) && errors.length > 0;
}

function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  if (isRecord(error) && typeof error.message === 'string') return error.message;
  return JSON.stringify(error);
}
