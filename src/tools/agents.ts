/** Agent Management: the ten methods of the published section, and execute by its direct route. */
import { z } from 'zod';
import { deployable, replacement, updateThroughSeal } from './actions/deploy.js';
import { startThroughSeal } from './actions/start-execution.js';
import { agentEventsDigest, runAgentEvents } from './actions/streams.js';
import { action, op } from './define.js';
import { manifestToYaml } from './manifest/yaml.js';
import {
  acknowledge,
  acknowledged,
  agent,
  around,
  idOf,
  listOf,
  record,
  toAgent,
  version,
} from './results.js';
import { agentId, anyJson, flag, id, object, scope, streamBounds, text } from './shapes.js';

const started = () => z.looseObject({ execution_id: z.string() });

export const agents = {
  deploy_agent: op({
    title: 'Deploy agent',
    description:
      'Deploys an agent from a manifest. Checked locally first; every problem is named by its path. The same name with another version replaces the stored agent in place.',
    toolset: 'agents',
    adapted:
      'The short form {name, language, instruction} and YAML text become a full manifest sent as JSON (D07, D08); failures arrive as 500 (D10).',
    effect: 'destructive',
    core: true,
    input: () => ({
      manifest: anyJson(
        'Agent manifest: an object {apiVersion, kind, metadata, spec}, the same as YAML text, or the short form {name, language, instruction}.',
      ).optional(),
      name: text('Short form, instead of manifest: name of the agent, [a-z0-9-].').optional(),
      language: text('Short form: python, javascript, typescript, rust or go.').optional(),
      instruction: text('Short form: what the agent does.').optional(),
      force: flag('Overwrite an agent of the same name and version. Default false.'),
      scope: z
        .enum(['tenant', 'global'])
        .describe('global stores it for every tenant. Default tenant.')
        .optional(),
      allow_unknown: flag('Send manifest fields this server does not know. Default false: they are refused.'),
    }),
    output: () => z.looseObject({ agent_id: z.string() }),
    live: {
      operation: 'deployAgent',
      route: 'POST /v1/agents',
      query: ['force', 'scope'],
      body: async (args) => ({ json: (await deployable(args)).manifest }),
    },
    seal: {
      tool: () => 'aegis.agent.create',
      arguments: async (args) =>
        args.scope === 'global'
          ? undefined
          : {
              manifest_yaml: await manifestToYaml((await deployable(args)).manifest),
              force: args.force ?? false,
            },
      // The tool repeats the whole manifest.
      body: ({ agent_id, name, version }) => ({ agent_id, name, version }),
    },
    result: (body) => ({ ...record(body), agent_id: idOf('agent_id', record(body)) }),
  }),

  list_agents: op({
    title: 'List agents',
    description: 'Lists all deployed agents that the tenant can see, with id, name, version and status.',
    toolset: 'agents',
    adapted: 'The bare array with id becomes {agents} with agent_id (D11).',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({
      scope: z.enum(['global']).describe('global lists only agents shared with every tenant.').optional(),
      visible: flag("false restricts the list to the tenant's own agents. Default true."),
    }),
    output: () => z.looseObject({ agents: z.array(agent()) }),
    live: { operation: 'listAgents', route: 'GET /v1/agents', query: ['scope', 'visible'] },
    result: (body) => ({ ...around('agents', body), agents: listOf('agents', body, toAgent) }),
  }),

  get_agent: op({
    title: 'Get agent',
    description: 'Gets one agent by id: its manifest, version, status, labels and scope.',
    toolset: 'agents',
    adapted: 'The key id becomes agent_id.',
    effect: 'read',
    core: true,
    untrusted: true,
    input: () => ({ agent_id: agentId() }),
    output: agent,
    live: { operation: 'getAgent', route: 'GET /v1/agents/{agent_id}' },
    result: (body) => toAgent(record(body)),
  }),

  lookup_agent: action({
    title: 'Look up agent',
    description: 'Finds the id of an agent by its unique name.',
    toolset: 'agents',
    adapted: 'The answer {id} is completed with name and tenant from the agent itself (D12).',
    effect: 'read',
    core: true,
    input: () => ({ name: id('Name of the agent.') }),
    output: () => z.looseObject({ agent_id: z.string(), name: z.string(), tenant_id: z.string().nullish() }),
    live: { operation: 'lookupAgent', route: 'GET /v1/agents/lookup/{name}' },
    reads: [agentDetail()],
    async run(call) {
      const found = record(await call.send());
      const agent_id = idOf('agent_id', found);
      // The live server answers only {id} (D12); the tenant comes from the detail.
      const detail = 'tenant_id' in found ? found : record(await call.read(agentDetail(), { agent_id }));
      const { tenant_id } = detail;
      return {
        value: {
          agent_id,
          name: call.args.name,
          tenant_id: typeof tenant_id === 'string' ? tenant_id : null,
        },
      };
    },
  }),

  update_agent: action({
    title: 'Update agent',
    description:
      "Updates an agent. Give only the fields to change (merged into the stored manifest as JSON Merge Patch) or a complete manifest. The result replaces the agent's manifest.",
    toolset: 'agents',
    adapted:
      'A partial change is merged into the stored manifest and sent whole; {success} becomes {status} (D13).',
    effect: 'destructive',
    idempotent: true,
    core: true,
    sensitive: true,
    aliases: { manifest: 'payload' },
    input: () => ({
      agent_id: agentId(),
      payload: anyJson('Changed fields in manifest form, or a complete manifest; object or YAML text.'),
      allow_unknown: flag('Send manifest fields this server does not know. Default false: they are refused.'),
    }),
    output: acknowledged,
    live: {
      operation: 'updateAgent',
      route: 'PATCH /v1/agents/{agent_id}',
      body: (args) => ({ json: args.payload }),
    },
    reads: [agentDetail()],
    seal: updateThroughSeal,
    async run(call) {
      const current = record(await call.read(agentDetail(), { agent_id: call.args.agent_id }));
      const payload = await replacement(current, call.args);
      const plain = record(payload.metadata).name !== current.name;
      const body = await call.send({ ...call.args, payload }, { plain });
      const done = acknowledge('updated', body, { agent_id: call.args.agent_id });
      // The published route answers with the agent, whose own status is no acknowledgement.
      return { value: { ...done, status: 'updated' } };
    },
  }),

  delete_agent: op({
    title: 'Delete agent',
    description: 'Deletes a deployed agent. Its stored manifest is gone; this cannot be undone.',
    toolset: 'agents',
    adapted: '{success} becomes {status} (D14).',
    effect: 'destructive',
    classes: ['irreversible'],
    core: true,
    idempotent: true,
    input: () => ({ agent_id: agentId() }),
    output: acknowledged,
    live: { operation: 'deleteAgent', route: 'DELETE /v1/agents/{agent_id}' },
    seal: {
      tool: () => 'aegis.agent.delete',
      arguments: ({ agent_id }) => ({ agent_id }),
      body: (value) => value,
    },
    result: (body, { agent_id }) => acknowledge('deleted', body, { agent_id }),
  }),

  execute_agent: op({
    title: 'Execute agent',
    description:
      'Starts an execution of an agent by its direct route and returns the execution id at once; follow it with stream_execution.',
    toolset: 'agents',
    effect: 'write',
    seal: startThroughSeal,
    input: () => ({
      agent_id: agentId(),
      input: anyJson('Task for the agent: text, or any JSON its input schema takes.'),
      intent: text('What the caller wants, in words; used for routing and in the prompt.').optional(),
      context_overrides: object('Values that override the context of the prompt template.').optional(),
      version: text('Refuse unless the stored agent has this version.').optional(),
    }),
    output: started,
    live: {
      operation: 'executeAgent',
      route: 'POST /v1/agents/{agent_id}/execute',
      query: ['version'],
      body: ({ input, intent, context_overrides }) => ({
        json: { input: input ?? null, intent, context_overrides },
      }),
    },
    result: (body) => ({ ...record(body), execution_id: idOf('execution_id', record(body)) }),
  }),

  list_agent_versions: op({
    title: 'List agent versions',
    description: 'Lists the version history of an agent with the manifest of each version.',
    toolset: 'agents',
    adapted: 'The bare array becomes {versions} (D17).',
    effect: 'read',
    untrusted: true,
    input: () => ({ agent_id: agentId() }),
    output: () => z.looseObject({ versions: z.array(version()) }),
    live: { operation: 'listAgentVersions', route: 'GET /v1/agents/{agent_id}/versions' },
    result: (body) => ({ ...around('versions', body), versions: listOf('versions', body, (item) => item) }),
  }),

  update_agent_scope: op({
    title: 'Update agent scope',
    description:
      'Changes who sees an agent: every tenant (global) or its own tenant. Operators and service accounts only.',
    toolset: 'agents',
    adapted: 'scope is sent as target_scope; the live server knows global and tenant only (D18).',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    wrapper: 'payload',
    input: () => ({
      agent_id: agentId(),
      scope: scope('New visibility. Current servers know global and tenant.'),
    }),
    output: acknowledged,
    live: {
      operation: 'updateAgentScope',
      route: 'POST /v1/agents/{agent_id}/scope',
      body: (args) => ({ json: { target_scope: args.scope } }),
    },
    documented: {
      operation: 'updateAgentScope',
      route: 'POST /v1/agents/{agent_id}/scope',
      body: (args) => ({ json: { scope: args.scope } }),
    },
    result: (body, args) => ({
      ...acknowledge('updated', body, { agent_id: args.agent_id, new_scope: args.scope }),
      status: 'updated',
    }),
  }),

  stream_agent_events: action({
    title: 'Stream agent events',
    description:
      'Reads the live events of all executions of an agent until a bound is reached, and returns a digest with a cursor to continue. Never stops a run.',
    toolset: 'agents',
    adapted:
      'Live events are asked for with follow=true (D19); the flat event envelope is read as published (D22); reading ends by bounds, because the live stream does not (D24).',
    effect: 'read',
    untrusted: true,
    input: () => ({
      agent_id: agentId(),
      follow: flag('false reads only the stored history and returns. Default true.'),
      cursor: text('Cursor of an earlier call: only newer events are returned.').optional(),
      ...streamBounds(),
    }),
    output: agentEventsDigest,
    live: {
      operation: 'streamAgentEvents',
      route: 'GET /v1/agents/{agent_id}/events',
    },
    reads: [agentDetail()],
    run: (call) => runAgentEvents(call, agentDetail()),
  }),
};

function agentDetail() {
  return { operation: 'getAgent', route: 'GET /v1/agents/{agent_id}' } as const;
}
