/** Answers of the explorer and of signed calls. */
import { errorIn200 } from '../../client/decode-error.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { record, shapeError } from '../results.js';

/** ApiExplorerResponse. */
export function toExplored(body: unknown) {
  const answer = record(body);
  const metadata = record(answer.operation_metadata);
  return {
    ...answer,
    sliced_data: record(answer.sliced_data),
    operation_metadata: { ...metadata, status: Number(metadata.status) },
  };
}

/** InvokeResponse. Without `result` it is a refusal in either SEAL form that came with a success status, or nothing. */
export function toInvoked(body: unknown): AnyArgs & { result: unknown } {
  const answer = record(body);
  if (Object.hasOwn(answer, 'result')) return { ...answer, result: answer.result };
  const said = errorIn200(answer);
  if (said === undefined) throw shapeError('an object with result');
  throw new AegisError('failed', said, {
    next: 'The gateway refused with a success status: correct what the message names, sign anew and send it.',
  });
}
