import { manifestYaml } from './agent-records.js';
import { decodeManifest } from './agents.js';
import type { AgentRecord } from './kernel.js';

function common(agent: AgentRecord) {
  const { metadata, spec } = decodeManifest(agent.manifest);
  return {
    id: agent.id,
    name: agent.name,
    version: agent.version,
    description: metadata.description ?? '',
    status: agent.status,
    labels: metadata.labels,
    scope: agent.scope,
    created_at: agent.created_at,
    updated_at: agent.updated_at,
    tenant_id: agent.tenant_id,
    ...(spec.input_schema === undefined ? {} : { input_schema: spec.input_schema }),
  };
}

/** An item of the live listAgents (contract schema AgentSummary). */
export function agentSummary(agent: AgentRecord, executionCount: number) {
  return { ...common(agent), execution_count: executionCount };
}

/** The live getAgent (contract schema AgentDetail). */
export function agentDetail(agent: AgentRecord) {
  return { ...common(agent), manifest: agent.manifest, manifest_yaml: manifestYaml(agent.manifest) };
}

/** An item of the documented `{agents:[...]}`: the id is `agent_id`. */
export function documentedAgent(agent: AgentRecord) {
  const { id, ...rest } = common(agent);
  return { agent_id: id, ...rest };
}

/** The documented getAgent and updateAgent answer. */
export function documentedAgentDetail(agent: AgentRecord) {
  return { ...documentedAgent(agent), manifest: agent.manifest };
}
