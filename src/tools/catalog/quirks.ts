/** How built-in tools of the orchestrator differ from what their lists say; one table for every call signed here. */
import { isObject, type JsonObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import type { ObjectSchema } from '../schema.js';

interface Quirk {
  /** Arguments by which a caller would say who it is. The server believes them: they are never sent. */
  readonly claims?: readonly string[];
  /** The tool holds the call until a run ends: seconds, when the call names no `timeout_seconds`. */
  readonly waits?: number;
  /** The tool answers with the id of the workflow where that of the run belongs; the argument names the workflow. */
  readonly starts?: string;
}

const CLAIMS = ['roles', 'user_id'];

const QUIRKS: Readonly<Record<string, Quirk>> = {
  'aegis.workflow.promote': { claims: CLAIMS },
  'aegis.workflow.demote': { claims: CLAIMS },
  'aegis.workflow.run': { starts: 'name' },
  // The workflow that generates is the server's own: the tool takes no name.
  'aegis.workflow.generate': { starts: '' },
  'aegis.task.wait': { waits: 300 },
  'aegis.agent.wait': { waits: 300 },
  'aegis.workflow.wait': { waits: 300 },
  'aegis.execute.wait': { waits: 300 },
};

/** What is particular about a tool of the orchestrator; `{}` for most. */
export function quirkOf(tool: string): Quirk {
  return Object.hasOwn(QUIRKS, tool) ? (QUIRKS[tool] ?? {}) : {};
}

/** Names under which nearly all of the orchestrator's own tools take a tenant. */
const TENANT_ARGUMENTS = ['tenant_id', 'tenant'];

/**
 * The arguments as they may be sent. Throws `invalid_arguments` for a tenant other than the pinned one: to do in one
 * tenant what was asked for another is worse than to refuse.
 */
export function sendableArguments(tool: string, args: AnyArgs, tenant: string | undefined): AnyArgs {
  const names = withheld(tool, tenant);
  const other = TENANT_ARGUMENTS.find(
    (name) => names.includes(name) && args[name] !== undefined && args[name] !== tenant,
  );
  if (other !== undefined)
    throw new AegisError('invalid_arguments', `${tool}: ${other}: this server acts for ${tenant} alone.`, {
      next: `Leave ${other} out; nothing was sent.`,
    });
  return Object.fromEntries(Object.entries(args).filter(([name]) => !names.includes(name)));
}

/** The schema without the arguments that are never sent. */
export function sendableSchema(tool: string, schema: ObjectSchema, tenant: string | undefined): ObjectSchema {
  const names = withheld(tool, tenant);
  const { properties, required } = schema;
  const without = (map: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
  return {
    ...schema,
    ...(isObject(properties) && { properties: without(properties) }),
    ...(Array.isArray(required) && { required: required.filter((name) => !names.includes(name)) }),
  };
}

/** Tools of other servers behind the orchestrator may mean something else by `tenant`. */
function withheld(tool: string, tenant: string | undefined): readonly string[] {
  const pinned = tenant !== undefined && tool.startsWith('aegis.') ? TENANT_ARGUMENTS : [];
  return [...(quirkOf(tool).claims ?? []), ...pinned];
}
