/** The bytes a SEAL signature covers, rebuilt from the received envelope (SEAL 1.0, canonical message). */
import { JsonNumber } from './json-number.js';
import type { JsonNode } from './json-reader.js';

/** Compact JSON of payload, security_token and timestamp (Unix seconds): keys in UTF-8 byte order at every level. */
export function canonicalMessage(payload: JsonNode, securityToken: string, timestamp: number): Buffer {
  const token = JSON.stringify(securityToken);
  return Buffer.from(`{"payload":${printNode(payload)},"security_token":${token},"timestamp":${timestamp}}`);
}

function printNode(node: JsonNode): string {
  if (node instanceof JsonNumber) return node.text;
  if (node instanceof Map) return `{${[...node].sort(byKeyBytes).map(printMember).join(',')}}`;
  if (Array.isArray(node)) return `[${node.map(printNode).join(',')}]`;
  return JSON.stringify(node);
}

function printMember([key, value]: readonly [string, JsonNode]): string {
  return `${JSON.stringify(key)}:${printNode(value)}`;
}

function byKeyBytes([left]: readonly [string, JsonNode], [right]: readonly [string, JsonNode]): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
