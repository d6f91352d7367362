/** JSONPath as Goessner describes it: names, `*`, indexes, slices, unions, `..` and filters. */
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../json-schema.js';
import { parsePath } from './parse.js';
import type { Operand, Operator, Path, Selector, Step, Test } from './path.js';
import { JsonPathError } from './tokens.js';

export { JsonPathError } from './tokens.js';

/** Repeated `..` multiplies nodes; memory must not follow. */
const MAX_NODES = 250_000;

/** Every match in document order; empty when there is none. Throws JsonPathError when the text is no path. */
export function selectAll(source: string, document: unknown): readonly unknown[] {
  return walk(parsePath(source), document, document);
}

function walk({ root, steps }: Path, document: unknown, node: unknown): readonly unknown[] {
  const start = root === '$' ? document : node;
  return steps.reduce<readonly unknown[]>((nodes, step) => take(step, nodes, document), [start]);
}

function take({ deep, selectors }: Step, nodes: readonly unknown[], document: unknown): readonly unknown[] {
  const found: unknown[] = [];
  for (const place of deep ? descendantsOf(nodes) : nodes) {
    for (const selector of selectors) {
      for (const match of select(selector, place, document, deep)) found.push(match);
      if (found.length > MAX_NODES) throw new JsonPathError(`the path selects more than ${MAX_NODES} nodes`);
    }
  }
  return found;
}

/** The nodes and all below them, parents first. */
function* descendantsOf(nodes: readonly unknown[]): Iterable<unknown> {
  const pending = nodes.toReversed();
  while (pending.length > 0) {
    const next = pending.pop();
    yield next;
    for (const child of childrenOf(next).toReversed()) pending.push(child);
  }
}

function childrenOf(node: unknown): readonly unknown[] {
  if (Array.isArray(node)) return node;
  return isObject(node) ? Object.values(node) : [];
}

function select(selector: Selector, node: unknown, document: unknown, deep: boolean): readonly unknown[] {
  if (selector.kind === 'all') return childrenOf(node);
  if (selector.kind === 'filter')
    return candidatesOf(node, deep).filter((each) => holds(selector.test, each, document));
  if (selector.kind === 'name')
    return isObject(node) && Object.hasOwn(node, selector.name) ? [node[selector.name]] : [];
  if (selector.kind === 'slice') return Array.isArray(node) ? slice(node, selector) : [];
  return atIndex(node, selector.index, deep);
}

/**
 * What a filter looks at, as the server's library has it: the elements of an array, and of an object the object
 * itself. After `..` every element is a place of its own.
 */
function candidatesOf(node: unknown, deep: boolean): readonly unknown[] {
  if (Array.isArray(node)) return deep ? [] : node;
  return isObject(node) ? [node] : [];
}

/** The library takes an index of an object from each array among its members; after `..` each is a place itself. */
function atIndex(node: unknown, index: number, deep: boolean): readonly unknown[] {
  if (Array.isArray(node)) return elementAt(node, index);
  if (deep || !isObject(node)) return [];
  return Object.values(node).flatMap((member) => (Array.isArray(member) ? elementAt(member, index) : []));
}

/** An index before the first element is the first one's. */
function elementAt(items: readonly unknown[], index: number): readonly unknown[] {
  const place = index < 0 ? Math.max(0, items.length + index) : index;
  return place < items.length ? [items[place]] : [];
}

/** A step below one selects nothing. */
function slice(
  items: readonly unknown[],
  { from, to, step = 1 }: { readonly from?: number; readonly to?: number; readonly step?: number },
): readonly unknown[] {
  return step < 1 ? [] : items.slice(from, to).filter((_item, index) => index % step === 0);
}

function holds(test: Test, node: unknown, document: unknown): boolean {
  if (test.kind === 'exists') return walk(test.path, document, node).length > 0;
  if (test.kind === 'and') return holds(test.left, node, document) && holds(test.right, node, document);
  if (test.kind === 'or') return holds(test.left, node, document) || holds(test.right, node, document);
  const [left, right] = [valuesOf(test.left, document, node), valuesOf(test.right, document, node)];
  return left.some((one) => right.some((other) => compare(test.operator, one, other)));
}

/** `@` alone is never equal to anything, nor less, nor more: the library compares members only. */
function valuesOf(operand: Operand, document: unknown, node: unknown): readonly unknown[] {
  if (!('path' in operand)) return [operand.literal];
  return operand.path.steps.length === 0 ? [] : walk(operand.path, document, node);
}

/** Order exists between two numbers and between two texts only. */
function compare(operator: Operator, left: unknown, right: unknown): boolean {
  if (operator === '==') return isDeepStrictEqual(left, right);
  if (operator === '!=') return !isDeepStrictEqual(left, right);
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
