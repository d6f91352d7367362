/** What a verified envelope asks for. */
import { type JsonNode, toPlain } from '../../seal/json-reader.js';
import { refuseSeal } from './refusal.js';

export interface ToolCall {
  readonly tool: string;
  readonly args: unknown;
}

/** Tool and arguments of a payload. Refuses 1000 without method `tools/call`, params, a name or arguments. */
export function toolCallOf(payload: JsonNode): ToolCall {
  const method = memberOf(payload, 'method') ?? refuseSeal(1000, 'payload has no method');
  const params = memberOf(payload, 'params') ?? refuseSeal(1000, 'payload has no params');
  if (method !== 'tools/call') refuseSeal(1000, 'payload method is not tools/call');
  const tool = memberOf(params, 'name');
  if (typeof tool !== 'string') return refuseSeal(1000, 'params have no name');
  const args = memberOf(params, 'arguments');
  return args === undefined ? refuseSeal(1000, 'params have no arguments') : { tool, args: toPlain(args) };
}

function memberOf(node: JsonNode, name: string): JsonNode | undefined {
  return node instanceof Map ? node.get(name) : undefined;
}
