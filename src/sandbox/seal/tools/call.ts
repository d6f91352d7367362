/** What a tool of the invoke endpoint gets, and how it reads its arguments. */
import { parseUuid } from '../../request.js';
import { refuseCall } from '../refusal.js';
import type { Session } from '../sessions.js';

export interface ToolCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly session: Session;
  /** Aborted when the caller goes away or the sandbox stops. */
  readonly signal: AbortSignal;
}

/** A string argument; another type refuses with `Invalid tool arguments: ...`. */
export function stringArg(call: ToolCall, name: string): string {
  const value = call.args[name];
  if (typeof value === 'string') return value;
  return refuseCall(`Invalid tool arguments: ${call.tool} requires '${name}' string`);
}

/** A UUID argument in canonical form. */
export function uuidArg(call: ToolCall, name: string): string {
  const text = stringArg(call, name);
  const uuid = parseUuid(text);
  return uuid ?? refuseCall(`Invalid tool arguments: ${call.tool}: invalid ${name} UUID: ${text}`);
}

/** A string argument, or undefined: the server overlooks other types here. */
export function optionalText(call: ToolCall, name: string): string | undefined {
  const value = call.args[name];
  return typeof value === 'string' ? value : undefined;
}

/** True only for a JSON `true`. */
export function flagArg(call: ToolCall, name: string): boolean {
  return call.args[name] === true;
}

/** A non-negative integer argument, else `absent`; at most `max`. */
export function countArg(
  call: ToolCall,
  name: string,
  absent: number,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const value = call.args[name];
  const count = typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : absent;
  return Math.min(count, max);
}

/** A number argument, else `absent`. */
export function numberArg(call: ToolCall, name: string, absent: number): number {
  const value = call.args[name];
  return typeof value === 'number' ? value : absent;
}

/** An object argument, or undefined. */
export function objectArg(call: ToolCall, name: string): Readonly<Record<string, unknown>> | undefined {
  return asRecord(call.args[name]);
}

/** The value as a record when it is a JSON object. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** A member deep inside JSON data; undefined where the path ends early. */
export function memberAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => asRecord(inner)?.[key], value);
}
