/** Failures as text that a model or a person can act on. */
import type { AegisError } from '../errors.js';
import { cleanText } from '../tools/untrusted.js';

/** Cause and next step, for what has room for one line. */
export function oneLine({ message, next }: AegisError): string {
  return next === undefined ? message : `${message} ${next}`;
}

/** Code, HTTP status, cause, and the next step; and whether the call may have taken effect. */
export function renderError(error: AegisError): string {
  const status = error.status === undefined ? '' : ` (HTTP ${error.status})`;
  const lines = [`Error ${error.code}${status}: ${error.message}`];
  if (error.mayHaveRun) lines.push('The call may have taken effect: check before you repeat it.');
  if (error.next !== undefined) lines.push(`Next: ${error.next}`);
  return cleanText(lines.join('\n'));
}
