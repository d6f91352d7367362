/** The bytes a SEAL signature covers, rebuilt from the received envelope (SEAL 1.0, canonical message). */
import { JsonNumber } from './json-number.js';
import type { JsonNode } from './json-reader.js';

/** Members of the payload in UTF-8 byte order of their keys at every level, or as they were sent. */
export type MemberOrder = 'sorted' | 'sent';

/** Compact JSON of payload, security_token and timestamp (Unix seconds); the orchestrator sorts the payload. */
export function canonicalMessage(
  payload: JsonNode,
  securityToken: string,
  timestamp: number,
  order: MemberOrder = 'sorted',
): Buffer {
  const token = JSON.stringify(securityToken);
  const text = printNode(payload, order);
  return Buffer.from(`{"payload":${text},"security_token":${token},"timestamp":${timestamp}}`);
}

function printNode(node: JsonNode, order: MemberOrder): string {
  if (node instanceof JsonNumber) return node.text;
  if (node instanceof Map) {
    const members = order === 'sorted' ? [...node].sort(byKeyBytes) : [...node];
    return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${printNode(value, order)}`).join(',')}}`;
  }
  if (Array.isArray(node)) return `[${node.map((item) => printNode(item, order)).join(',')}]`;
  return JSON.stringify(node);
}

function byKeyBytes([left]: readonly [string, JsonNode], [right]: readonly [string, JsonNode]): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
