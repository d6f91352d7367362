/** The `aegis.agent.*` tools. Most failures are a 200 with `error`, as on the real server. */
import { parse, stringify } from 'yaml';
import { findManifestFault } from '../../agent-rules.js';
import { decodeManifest } from '../../agents.js';
import type { AgentRecord, Outcome } from '../../kernel.js';
import { DecodeError, parseUuid } from '../../request.js';
import { flagArg, memberAt, stringArg, type ToolCall, uuidArg } from './call.js';
import type { ToolHandler } from './services.js';
import { waitForTask } from './tasks.js';

type Manifest = ReturnType<typeof decodeManifest>;

const USAGE_HINT = 'Start it with aegis.task.execute; pass intent and input.';

const createAgent: ToolHandler = (call, { agents }) => {
  const text = stringArg(call, 'manifest_yaml');
  const force = flagArg(call, 'force');
  const invalid = (error: string) => ({
    tool: call.tool,
    validated: false,
    deployed: false,
    errors: [`Agent manifest parse/validation failed: ${error}`],
  });
  const manifest = checkManifest(text, call);
  if (!manifest.ok) return invalid(manifest.error);
  const existing = findOwn(call, agents.visible(call.session.tenant), manifest.value);
  if (existing?.version === manifest.value.metadata.version && !force) {
    return { tool: call.tool, status: 'conflict', error: duplicate(existing), hint: 'increment_version' };
  }
  const { tenant, identity } = call.session;
  const deployed = agents.deploy(manifest.value, { tenant, force, global: false, identity });
  if (!deployed.ok) return invalid(deployed.error);
  return { tool: call.tool, validated: true, deployed: true, ...receipt(deployed.value, text), force };
};

const updateAgent: ToolHandler = (call, { agents }) => {
  const text = stringArg(call, 'manifest_yaml');
  const refused = (validated: boolean, rest: object) => ({
    tool: call.tool,
    validated,
    updated: false,
    ...rest,
  });
  const manifest = checkManifest(text, call);
  if (!manifest.ok) return refused(false, { error: `Manifest parsing failed: ${manifest.error}` });
  const { name, version } = manifest.value.metadata;
  const existing = findOwn(call, agents.visible(call.session.tenant), manifest.value);
  if (existing === undefined) return refused(true, { name, error: 'Agent not found' });
  if (existing.version === version && !flagArg(call, 'force')) {
    return refused(true, { name, version, error: duplicate(existing) });
  }
  const updated = agents.replace(existing.id, manifest.value, call.session.tenant);
  if (!updated.ok) return refused(true, { name, version, errors: [`Agent update failed: ${updated.error}`] });
  return { tool: call.tool, validated: true, updated: true, ...receipt(updated.value, text) };
};

const listAgents: ToolHandler = (call, { agents }) => {
  const found = agents.visible(call.session.tenant);
  return { tool: call.tool, count: found.length, agents: found.map(agentItem) };
};

const exportAgent: ToolHandler = (call, { agents }) => {
  const wanted = stringArg(call, 'name');
  const agent = agents.find(parseUuid(wanted) ?? wanted, call.session.tenant);
  if (agent === undefined) return { tool: call.tool, error: 'Agent not found or invalid UUID' };
  return { tool: call.tool, name: agent.name, manifest_yaml: stringify(agent.manifest) };
};

const deleteAgent: ToolHandler = (call, { agents }) => {
  const id = uuidArg(call, 'agent_id');
  const { tenant, identity } = call.session;
  if (agents.remove(id, tenant, identity)) return { tool: call.tool, deleted: true, agent_id: id };
  return { tool: call.tool, deleted: false, error: 'Failed to delete agent: Agent not found' };
};

/** Handlers by tool name. */
export const AGENT_TOOLS: Readonly<Record<string, ToolHandler>> = {
  'aegis.agent.create': createAgent,
  'aegis.agent.update': updateAgent,
  'aegis.agent.list': listAgents,
  'aegis.agent.export': exportAgent,
  'aegis.agent.delete': deleteAgent,
  'aegis.agent.wait': waitForTask,
};

/** Parses and checks manifest YAML without deploying it. */
function checkManifest(text: string, call: ToolCall): Outcome<Manifest> {
  try {
    const manifest = decodeManifest(parse(text));
    const fault = findManifestFault(manifest, call.session.identity);
    return fault === undefined ? { ok: true, value: manifest } : { ok: false, error: fault };
  } catch (error) {
    if (error instanceof DecodeError || isYamlError(error)) return { ok: false, error: error.message };
    throw error;
  }
}

function isYamlError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'YAMLParseError';
}

function findOwn(
  call: ToolCall,
  visible: readonly AgentRecord[],
  manifest: Manifest,
): AgentRecord | undefined {
  const { tenant } = call.session;
  return visible.find(({ tenant_id, name }) => tenant_id === tenant && name === manifest.metadata.name);
}

function duplicate({ name, version }: AgentRecord): string {
  return `Agent '${name}' with version '${version}' already exists. Create a new version or use 'force' to overwrite.`;
}

function receipt({ id, name, version }: AgentRecord, manifestYaml: string) {
  return { agent_id: id, name, version, manifest_yaml: manifestYaml, manifest_path: null };
}

function agentItem({ id, name, version, status, manifest }: AgentRecord) {
  return {
    id,
    name,
    version,
    status,
    description: memberAt(manifest, 'metadata', 'description') ?? null,
    labels: memberAt(manifest, 'metadata', 'labels') ?? {},
    intent: USAGE_HINT,
    input_schema: memberAt(manifest, 'spec', 'input_schema') ?? null,
  };
}
