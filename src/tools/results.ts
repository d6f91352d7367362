/**
 * Results as published, and how the answers of both dialects become them. Unknown members pass through.
 * Names in comments are contract schemas.
 */
import { z } from 'zod';
import { isObject } from '../client/json-object.js';
import { AegisError } from '../errors.js';
import type { AnyArgs } from './define.js';

/** An agent: AgentSummary, AgentDetail, or the documented `{agent_id, name, tenant_id}`. */
export const agent = () =>
  z.looseObject({
    agent_id: z.string(),
    name: z.string(),
    tenant_id: z.string().nullish(),
    version: z.string().nullish(),
    status: z.string().nullish(),
    description: z.string().nullish(),
  });

/** An agent execution: ExecutionDetail and ExecutionSummary; status in lower case as published. */
export const execution = () =>
  z.looseObject({
    execution_id: z.string(),
    agent_id: z.string().nullish(),
    status: z.string(),
    started_at: z.string().nullish(),
    ended_at: z.string().nullish(),
  });

/** A workflow definition: WorkflowSummary and WorkflowDetail. */
export const workflow = () =>
  z.looseObject({
    workflow_id: z.string().nullish(),
    name: z.string(),
    version: z.string().nullish(),
    scope: z.string().nullish(),
  });

/** WorkflowExecution of the published reference. */
export const workflowExecution = () =>
  z.looseObject({
    execution_id: z.string(),
    workflow_id: z.string().nullish(),
    status: z.string(),
    current_state: z.string().nullish(),
  });

/** PendingApproval. */
export const pendingApproval = () =>
  z.looseObject({
    id: z.string(),
    execution_id: z.string(),
    prompt: z.string(),
    created_at: z.string().nullish(),
    timeout_seconds: z.number().nullish(),
  });

/** A number; beyond 2^53 the reader of the wire gives a text of its digits. */
export const count = () => z.union([z.number(), z.string()]).nullish();

export const version = () => z.looseObject({ version: z.string().nullish() });

/** Acknowledgement of a change: `status` as published, with what the server added. */
export const acknowledged = () => z.looseObject({ status: z.string() });

/** A list under its published key, from a bare array, `{items}` or the published wrapping (D11, D26, D31, D39). */
export function listOf<T>(key: string, body: unknown, item: (value: AnyArgs) => T): T[] {
  const list = Array.isArray(body) ? body : isObject(body) ? (body[key] ?? body.items) : undefined;
  if (!Array.isArray(list)) throw shapeError(`a list of ${key}`);
  return list.map((value: unknown) => item(record(value)));
}

/** Members of a wrapped answer beside the list: totals and the like pass through. */
export function around(key: string, body: unknown): AnyArgs {
  if (!isObject(body)) return {};
  const { [key]: _list, items: _items, ...rest } = body;
  return rest;
}

export function record(value: unknown): AnyArgs {
  if (isObject(value)) return value;
  throw shapeError('an object');
}

/** An id under its published name, or under the live server's `id` (D11, D12). */
export function idOf(key: string, value: AnyArgs): string {
  const found = value[key] ?? value.id;
  if (typeof found === 'string') return found;
  throw shapeError(`an object with ${key}`);
}

/** The text of a member, or a shape error. */
export function textOf(value: AnyArgs, key: string): string {
  const found = value[key];
  if (typeof found === 'string') return found;
  throw shapeError(`an object with ${key}`);
}

/** An agent under its published keys. */
export function toAgent(value: AnyArgs): AnyArgs & { agent_id: string; name: string } {
  return { ...value, agent_id: idOf('agent_id', value), name: textOf(value, 'name') };
}

/** An execution under its published keys; the live server says `Running`, the reference `running` (D29). */
export function toExecution(value: AnyArgs): AnyArgs & { execution_id: string; status: string } {
  const status = textOf(value, 'status').toLowerCase();
  return { ...value, execution_id: idOf('execution_id', value), status };
}

export function toWorkflow(value: AnyArgs): AnyArgs & { name: string } {
  const id = value.workflow_id ?? value.id;
  return { ...value, ...(typeof id === 'string' && { workflow_id: id }), name: textOf(value, 'name') };
}

/** `{success:true}` of the live server as the published `{status}` (D14, D27, D28, D33). */
export function acknowledge(status: string, body: unknown, ids: AnyArgs): AnyArgs & { status: string } {
  const answer = isObject(body) ? body : {};
  return { ...ids, ...answer, status: typeof answer.status === 'string' ? answer.status : status };
}

/** The object without these members. */
export function without(value: AnyArgs, ...keys: readonly string[]): AnyArgs {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

export function shapeError(expected: string): AegisError {
  return new AegisError('bad_response', `The server's answer is not ${expected}.`, {
    next: 'Check that the address is that of an AEGIS server, and its version.',
  });
}
