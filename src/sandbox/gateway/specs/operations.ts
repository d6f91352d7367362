/** Operations of an OpenAPI document, as the gateway extracts them. */
import { isObject } from '../../json-schema.js';
import { invalid } from '../refusals.js';

/** Schema OperationSpec of the contract. */
export interface OperationSpec {
  readonly operation_id: string;
  /** Upper case. */
  readonly method: string;
  /** As written in the document; `{x}` stays literal in calls. */
  readonly path: string;
}

/**
 * Reads `paths.*.*.operationId`; any key of a path item counts as a method, and of two equal ids the last one stays.
 * Refuses 400 without an object `paths`, or without any operationId.
 */
export function readOperations(document: unknown): Readonly<Record<string, OperationSpec>> {
  const paths = isObject(document) ? document.paths : undefined;
  if (!isObject(paths)) return invalid('openapi document has no paths object');
  const found = Object.entries(paths).flatMap(([path, item]) => operationsOf(path, item));
  if (found.length === 0) return invalid('openapi document has no operationId');
  return Object.fromEntries(found.map((operation) => [operation.operation_id, operation]));
}

/** The operation of an id; undefined when the document has none. */
export function findOperation(
  { operations }: { readonly operations: Readonly<Record<string, OperationSpec>> },
  id: string,
): OperationSpec | undefined {
  return Object.hasOwn(operations, id) ? operations[id] : undefined;
}

function operationsOf(path: string, item: unknown): readonly OperationSpec[] {
  if (!isObject(item)) return [];
  return Object.entries(item).flatMap(([method, operation]) => {
    const id = isObject(operation) ? operation.operationId : undefined;
    return typeof id === 'string' ? [{ operation_id: id, method: method.toUpperCase(), path }] : [];
  });
}
