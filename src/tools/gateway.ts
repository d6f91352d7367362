/** SEAL gateway: its management API, the explorer and the signed call. Operators only, but for the last. */
import { z } from 'zod';
import { answered } from './actions/advice.js';
import { domainNotes, realCapabilities, toSecurityContext } from './actions/gateway-contexts.js';
import { kindCredential, realCredential } from './actions/gateway-credentials.js';
import { EXPLORER_ADVICE, INVOKE_ADVICE, OPERATOR_ADVICE, SPEC_ADVICE } from './actions/gateway-refusals.js';
import { documentOf, toRegisteredSpec, toSpec } from './actions/gateway-specs.js';
import { readText } from './actions/gateway-text.js';
import { publishedWorkflow, realWorkflow, toWorkflow } from './actions/gateway-workflows.js';
import type { AnyArgs } from './define.js';
import { action } from './define.js';
import { around, listOf, record, textOf } from './results.js';
import { anyJson, flag, id, object, text } from './shapes.js';

const uuid = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'is not a UUID' })
    .describe(what);

const specId = () => uuid('UUID of the spec, from gateway_list_specs.');
const workflowId = () => uuid('UUID of the workflow (not its name), from gateway_list_workflows.');

const webAddress = (what: string) => z.url({ protocol: /^https?$/ }).describe(what);

const CREDENTIAL =
  'as {"kind":"Static","key":"path in the vault"}, or kind SystemJit, HumanDelegated, Auto or UserBound with their members. Names a credential, never holds one.';

/** One global namespace for names, whatever the tenant. */
const GLOBAL =
  'Names are unique in the whole gateway, not per tenant: the same name replaces what another tenant stored.';

const named = () => z.looseObject({ id: z.string(), name: z.string() });
const stored = () => z.looseObject({ id: z.string() });
const deleted = () => z.looseObject({ deleted: z.boolean() });
const saved = () => z.looseObject({ saved: z.boolean(), name: z.string() });

const isDeleted = (body: unknown) => ({ ...record(body), deleted: record(body).deleted === true });
const isSaved = (body: unknown) => ({ ...record(body), saved: record(body).saved === true });

const workflowArguments = () => ({
  name: text('Name of the workflow; the tool is called by it.').trim().min(1),
  description: text('What the tool does; shown in the catalogue.'),
  input_schema: object('JSON Schema of the arguments; its type is "object". Not enforced at the call.'),
  api_spec_id: specId(),
  steps: z
    .array(
      z.strictObject({
        name: text('Name of the step; prefix of what it extracts.').min(1),
        operation_id: text('operationId of the spec.').min(1),
        body_template: text(
          'Handlebars template that renders to JSON, also for GET. {{input.x}} is an argument, {{state.[step.key]}} an extracted value. Default {}.',
        ).optional(),
        extractors: z
          .record(z.string(), z.string())
          .describe('Key to JSONPath into the answer, for example {"number":"$.number"}. Default none.')
          .optional(),
        on_error: anyJson('"AbortWorkflow" (default), "Continue" or "RetryN(2)".').optional(),
      }),
    )
    .min(1)
    .describe('Calls of the workflow, in order.'),
});

/** Text constraints of one capability; none given means no constraint. */
const capability = () =>
  z.strictObject({
    tool_pattern: text(
      '"*", a tool name, or "prefix.*": every name that begins so ("fs.*" matches fsx too).',
    ).min(1),
    path_allowlist: z
      .array(z.string())
      .describe('Folders that fs.* and filesystem.* tools may touch.')
      .optional(),
    command_allowlist: z.array(z.string()).describe('First words that cmd.run may run.').optional(),
    subcommand_allowlist: z
      .record(z.string(), z.array(z.string()))
      .describe('Command to its allowed second words, for cmd.run; an empty list allows all.')
      .optional(),
    domain_allowlist: z
      .array(z.string())
      .describe(
        'Hosts that web.* tools may reach: "*.example.org" is every subdomain of it; "example.org" is every host that ends so, evilexample.org too.',
      )
      .optional(),
    max_response_size: z.int().min(0).describe('Bytes. Stored, not enforced.').optional(),
    rate_limit: z
      .strictObject({ calls: z.int().min(0), per_seconds: z.int().min(0) })
      .describe('Stored, not enforced.')
      .optional(),
  });

const tokenless = ({ security_token: _secret, ...session }: AnyArgs) => ({
  ...session,
  execution_id: textOf(session, 'execution_id'),
});

const session = () => z.looseObject({ execution_id: z.string(), session_status: z.string().nullish() });

const isRfc3339 = (value: string): boolean =>
  /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/i.test(value) && !Number.isNaN(Date.parse(value));

const envelopeBody = (args: AnyArgs) => {
  const { protocol, security_token, signature, payload, timestamp } = args;
  return { json: { protocol, security_token, signature, payload, timestamp } };
};

export const gateway = {
  gateway_register_spec: action({
    title: 'Gateway: register API spec',
    description:
      'Registers an OpenAPI document, so that workflows and the explorer can call its operations with a credential of the vault. The same name replaces the spec. A known source_url gives the stored id. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    sensitive: true,
    adapted:
      'credential_path {"kind":"Static",…} is sent as {"StaticRef":{…}}, other kinds likewise; both inline_json and source_fetch_url are refused here, where the real server takes the first without a word.',
    limits: `${GLOBAL} source_url is looked up across tenants too.`,
    input: () => ({
      name: text('Name of the spec.').trim().min(1),
      base_url: webAddress('Where the API is; every host is allowed, loopback too.'),
      source_url: text(
        'Where the document comes from. A spec with the same one is given back as it is.',
      ).optional(),
      inline_json: anyJson(
        'OpenAPI document: object, or JSON or YAML text, at most 2 MiB. Excludes source_fetch_url.',
      ).optional(),
      source_fetch_url: webAddress(
        'Address that the gateway itself fetches the document (JSON) from. Excludes inline_json.',
      ).optional(),
      credential_path: object(`Credential for the API, ${CREDENTIAL}`),
    }),
    output: stored,
    live: {
      operation: 'gatewayRegisterSpec',
      route: 'POST /v1/specs',
      refusesWhole: true,
      body: async ({ credential_path, ...args }) => ({
        json: {
          ...args,
          inline_json: await documentOf(args),
          credential_path: realCredential('gateway_register_spec', 'credential_path', credential_path),
        },
      }),
    },
    documented: {
      operation: 'gatewayRegisterSpec',
      route: 'POST /v1/specs',
      refusesWhole: true,
      body: async ({ credential_path, ...args }) => ({
        json: {
          ...args,
          inline_json: await documentOf(args),
          credential_path: kindCredential('gateway_register_spec', 'credential_path', credential_path),
        },
      }),
    },
    run: answered(SPEC_ADVICE, toRegisteredSpec),
  }),

  gateway_list_specs: action({
    title: 'Gateway: list API specs',
    description:
      'Lists the registered API specs of the tenant and those for all: id, name and source. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {specs}; base_url and operations come only with gateway_get_spec.',
    input: () => ({}),
    output: () => z.looseObject({ specs: z.array(named()) }),
    live: { operation: 'gatewayListSpecs', route: 'GET /v1/specs' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('specs', body),
      specs: listOf('specs', body, (spec) => toSpec(spec)),
    })),
  }),

  gateway_get_spec: action({
    title: 'Gateway: get API spec',
    description:
      'Gets one API spec: base address, credential path, and its operations by operationId with method and path. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted:
      'credential_path is shown in the published form {kind, …}; the document (raw_spec), which is not published, only on request.',
    input: () => ({
      id: specId(),
      include_document: flag(
        'Give the whole OpenAPI document as raw_spec too; it can be long. Default false.',
      ),
    }),
    output: () => z.looseObject({ id: z.string(), name: z.string(), base_url: z.string().nullish() }),
    live: { operation: 'gatewayGetSpec', route: 'GET /v1/specs/{id}' },
    run: answered(OPERATOR_ADVICE, (body, { include_document }) => toSpec(record(body), include_document)),
  }),

  gateway_delete_spec: action({
    title: 'Gateway: delete API spec',
    description:
      'Deletes an API spec. Workflows that use it stay and fail from then on: delete them first. Says deleted for an id that never was, too. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    limits: 'deleted is true for an unknown id too; the tenant is not checked.',
    input: () => ({ id: specId() }),
    output: deleted,
    live: { operation: 'gatewayDeleteSpec', route: 'DELETE /v1/specs/{id}' },
    run: answered(OPERATOR_ADVICE, (body, args) => ({ id: args.id, ...isDeleted(body) })),
  }),

  gateway_register_workflow: action({
    title: 'Gateway: register workflow',
    description:
      'Registers a workflow: calls of one API spec, in order, as one tool that agents call by name. The same name replaces it. Templates are not checked before the first call. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    sensitive: true,
    adapted: 'on_error "RetryN(n)" is sent as {"RetryN": n}.',
    limits: GLOBAL,
    input: workflowArguments,
    output: stored,
    live: {
      operation: 'gatewayRegisterWorkflow',
      route: 'POST /v1/workflows',
      refusesWhole: true,
      body: (args) => ({ json: realWorkflow('gateway_register_workflow', args) }),
    },
    documented: {
      operation: 'gatewayRegisterWorkflow',
      route: 'POST /v1/workflows',
      refusesWhole: true,
      body: (args) => ({ json: publishedWorkflow('gateway_register_workflow', args) }),
    },
    run: answered(OPERATOR_ADVICE, (body) => ({ ...record(body), id: textOf(record(body), 'id') })),
  }),

  gateway_list_workflows: action({
    title: 'Gateway: list workflows',
    description:
      'Lists the workflows of the tenant and those for all, with their input schemas. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {workflows}; steps come only with gateway_get_workflow.',
    input: () => ({}),
    output: () => z.looseObject({ workflows: z.array(named()) }),
    live: { operation: 'gatewayListWorkflows', route: 'GET /v1/workflows' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('workflows', body),
      workflows: listOf('workflows', body, toWorkflow),
    })),
  }),

  gateway_get_workflow: action({
    title: 'Gateway: get workflow',
    description: 'Gets one workflow with its steps, templates and extractors. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'on_error {"RetryN": n} becomes "RetryN(n)".',
    input: () => ({ id: workflowId() }),
    output: named,
    live: { operation: 'gatewayGetWorkflow', route: 'GET /v1/workflows/{id}' },
    run: answered(OPERATOR_ADVICE, (body) => toWorkflow(record(body))),
  }),

  gateway_update_workflow: action({
    title: 'Gateway: update workflow',
    description:
      'Replaces a workflow under its id; give all of it. An unknown id is created. The workflow then belongs to no tenant: every tenant sees it. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    adapted:
      'The published reference says that there is no PUT; the real server has one, with the body of gateway_register_workflow.',
    limits: 'The tenant becomes null and created_at is set anew.',
    alternative:
      'Delete the workflow with gateway_delete_workflow and register it anew with gateway_register_workflow; its id changes.',
    input: () => ({ id: workflowId(), ...workflowArguments() }),
    output: () => z.looseObject({ id: z.string(), updated: z.boolean() }),
    live: {
      operation: 'gatewayUpdateWorkflow',
      route: 'PUT /v1/workflows/{id}',
      body: (args) => ({ json: realWorkflow('gateway_update_workflow', args) }),
    },
    run: answered(OPERATOR_ADVICE, (body, args) => ({
      id: args.id,
      ...record(body),
      updated: record(body).updated === true,
    })),
  }),

  gateway_delete_workflow: action({
    title: 'Gateway: delete workflow',
    description:
      'Deletes a workflow: agents can no longer call the tool. Says deleted for an id that never was, too. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    limits: 'deleted is true for an unknown id too; the tenant is not checked.',
    input: () => ({ id: workflowId() }),
    output: deleted,
    live: { operation: 'gatewayDeleteWorkflow', route: 'DELETE /v1/workflows/{id}' },
    run: answered(OPERATOR_ADVICE, (body, args) => ({ id: args.id, ...isDeleted(body) })),
  }),

  gateway_register_cli_tool: action({
    title: 'Gateway: register CLI tool',
    description:
      'Registers a command-line tool that runs in a throw-away container without network; only the subcommands listed may be called. The same name overwrites it. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    adapted:
      'registry_credential_path {"kind":"Static",…} is sent as {"StaticRef":{…}}, other kinds likewise.',
    limits: GLOBAL,
    input: () => ({
      name: text('Name of the tool.').trim().min(1),
      description: text('What the tool does; shown in the catalogue.'),
      docker_image: text('Image with tag.').trim().min(1),
      allowed_subcommands: z
        .array(z.string().min(1))
        .min(1)
        .describe('Subcommands that may be called; each must equal the whole subcommand.'),
      require_semantic_judge: z
        .boolean()
        .describe('Have the judge configured at the gateway allow each call; without one, calls then fail.'),
      default_timeout_seconds: z.int().min(1).max(300).describe('Seconds a call may take, 1 to 300.'),
      registry_credential_path: object(`Credential of the image registry, ${CREDENTIAL}`).optional(),
    }),
    output: saved,
    live: {
      operation: 'gatewayRegisterCliTool',
      route: 'POST /v1/cli-tools',
      refusesWhole: true,
      body: ({ registry_credential_path: path, ...args }) => ({
        json: {
          ...args,
          registry_credential_path:
            path && realCredential('gateway_register_cli_tool', 'registry_credential_path', path),
        },
      }),
    },
    documented: {
      operation: 'gatewayRegisterCliTool',
      route: 'POST /v1/cli-tools',
      refusesWhole: true,
      body: ({ registry_credential_path: path, ...args }) => ({
        json: {
          ...args,
          registry_credential_path:
            path && kindCredential('gateway_register_cli_tool', 'registry_credential_path', path),
        },
      }),
    },
    run: answered(OPERATOR_ADVICE, (body, { name }) => ({ name, ...isSaved(body) })),
  }),

  gateway_list_cli_tools: action({
    title: 'Gateway: list CLI tools',
    description: 'Lists the command-line tools of the tenant and those for all. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {cli_tools}.',
    limits: 'Timeout and registry credential are not told by any route.',
    input: () => ({}),
    output: () => z.looseObject({ cli_tools: z.array(z.looseObject({ name: z.string() })) }),
    live: { operation: 'gatewayListCliTools', route: 'GET /v1/cli-tools' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('cli_tools', body),
      cli_tools: listOf('cli_tools', body, (tool) => ({ ...tool, name: textOf(tool, 'name') })),
    })),
  }),

  gateway_delete_cli_tool: action({
    title: 'Gateway: delete CLI tool',
    description:
      'Deletes a command-line tool by name. Says deleted for a name that never was, too. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    limits: 'deleted is true for an unknown name too; the tenant is not checked.',
    input: () => ({ name: id('Name of the tool, from gateway_list_cli_tools.') }),
    output: deleted,
    live: { operation: 'gatewayDeleteCliTool', route: 'DELETE /v1/cli-tools/{name}' },
    run: answered(OPERATOR_ADVICE, (body, { name }) => ({ name, ...isDeleted(body) })),
  }),

  gateway_list_tools: action({
    title: 'Gateway: list tools',
    description:
      'Lists everything that can be called through the gateway: workflows and command-line tools, with input schemas. Calls of CLI tools also need fsal_mounts. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {tools}.',
    limits: 'There are no native tools: kind native never occurs.',
    input: () => ({}),
    output: () =>
      z.looseObject({ tools: z.array(z.looseObject({ name: z.string(), kind: z.string().nullish() })) }),
    live: { operation: 'gatewayListTools', route: 'GET /v1/tools' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('tools', body),
      tools: listOf('tools', body, (tool) => ({ ...tool, name: textOf(tool, 'name') })),
    })),
  }),

  gateway_upsert_seal_session: action({
    title: 'Gateway: upsert SEAL session',
    description:
      'Creates or overwrites the SEAL session of an execution: which key may sign, under which security context, for which tools. Normally the orchestrator does it. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['secret'],
    idempotent: true,
    sensitive: true,
    secrets: ['security_token'],
    limits:
      'It does not check that the security context exists: the call is refused later. Execution ids are unique in the whole gateway.',
    input: () => ({
      execution_id: text('Execution of the session; the same one overwrites it.').min(1),
      agent_id: text('Agent of the session: the subject of its tokens.').min(1),
      security_context: text('Name of the security context.').min(1),
      public_key_b64: z
        .string()
        .regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'is not base64 of 32 bytes' })
        .describe('Ed25519 public key: base64 of its 32 bytes.'),
      security_token: text('Token issued by the orchestrator for the session.').min(1),
      session_status: z.enum(['Active', 'Expired', 'Revoked']).describe('Default Active.').optional(),
      expires_at: text('End of the session, RFC 3339. Default in one hour.')
        .refine(isRfc3339, { error: 'is not an RFC 3339 time' })
        .optional(),
      allowed_tool_patterns: z
        .array(z.string().min(1))
        .min(1)
        .describe('Tools that may be called, for example ["web.*"]. Default ["*"]: all of the context.')
        .optional(),
    }),
    output: () => z.looseObject({ saved: z.boolean(), execution_id: z.string() }),
    live: {
      operation: 'gatewayUpsertSealSession',
      route: 'POST /v1/seal/sessions',
      body: (args) => ({ json: args }),
    },
    run: answered(OPERATOR_ADVICE, (body, { execution_id }) => ({ execution_id, ...isSaved(body) })),
  }),

  gateway_list_seal_sessions: action({
    title: 'Gateway: list SEAL sessions',
    description:
      'Lists the active SEAL sessions; a session past its expires_at stays in the list. Their tokens are not shown. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The bare array becomes {sessions}, without the security tokens that the real server shows.',
    limits: 'An operator without a tenant sees the sessions of every tenant.',
    input: () => ({}),
    output: () => z.looseObject({ sessions: z.array(session()) }),
    live: { operation: 'gatewayListSealSessions', route: 'GET /v1/seal/sessions' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('sessions', body),
      sessions: listOf('sessions', body, tokenless),
    })),
  }),

  gateway_get_seal_session: action({
    title: 'Gateway: get SEAL session',
    description:
      'Gets the SEAL session of an execution, in any status: agent, security context, public key, allowed tools. Its token is not shown. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The security token that the real server shows is left out.',
    input: () => ({ execution_id: id('Execution of the session.') }),
    output: session,
    live: { operation: 'gatewayGetSealSession', route: 'GET /v1/seal/sessions/{execution_id}' },
    run: answered(OPERATOR_ADVICE, (body) => tokenless(record(body))),
  }),

  gateway_revoke_seal_session: action({
    title: 'Gateway: revoke SEAL session',
    description:
      'Revokes an active SEAL session at once: its agent can call nothing through the gateway any more. Use it when a key or a token got out. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    limits: 'Later calls are refused with 401 unauthorized, not with code 1006 as published.',
    input: () => ({ execution_id: id('Execution of the session.') }),
    output: () => z.looseObject({ status: z.string(), execution_id: z.string() }),
    live: { operation: 'gatewayRevokeSealSession', route: 'DELETE /v1/seal/sessions/{execution_id}' },
    run: answered(OPERATOR_ADVICE, (body, { execution_id }) => ({
      execution_id,
      ...record(body),
      status: textOf(record(body), 'status'),
    })),
  }),

  gateway_upsert_security_context: action({
    title: 'Gateway: upsert security context',
    description:
      'Creates or overwrites a security context: what sessions of that name may call. The first capability whose pattern matches decides; no capability denies everything. It cannot be deleted. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    idempotent: true,
    sensitive: true,
    adapted:
      'A domain "*.example.org", which never matches on the real server, is sent as ".example.org"; notes say how each domain is understood.',
    limits: `${GLOBAL} rate_limit and max_response_size are stored and not enforced; "example.org" admits evilexample.org too.`,
    input: () => ({
      name: text(
        'Name of the context. Built-in ones (aegis-system-default, internal, zaru-free) are overwritten too.',
      )
        .trim()
        .min(1),
      capabilities: z.array(capability()).describe('What may be called, most special pattern first.'),
      deny_list: z
        .array(z.string().min(1))
        .describe('Tool patterns that are always denied. Default none.')
        .optional(),
      description: text('What the context is for.').optional(),
    }),
    output: () => z.looseObject({ saved: z.boolean(), name: z.string(), notes: z.array(z.string()) }),
    live: {
      operation: 'gatewayUpsertSecurityContext',
      route: 'POST /v1/security-contexts',
      body: ({ capabilities, ...args }) => ({
        json: { ...args, capabilities: realCapabilities(capabilities) },
      }),
    },
    documented: {
      operation: 'gatewayUpsertSecurityContext',
      route: 'POST /v1/security-contexts',
      body: (args) => ({ json: args }),
    },
    run: answered(OPERATOR_ADVICE, (body, { name, capabilities }) => ({
      name,
      ...isSaved(body),
      notes: domainNotes(capabilities),
    })),
  }),

  gateway_list_security_contexts: action({
    title: 'Gateway: list security contexts',
    description:
      'Lists the security contexts of the tenant and those for all, with their capabilities. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'The bare array becomes {security_contexts}; constraints that are not set are left out.',
    input: () => ({}),
    output: () => z.looseObject({ security_contexts: z.array(z.looseObject({ name: z.string() })) }),
    live: { operation: 'gatewayListSecurityContexts', route: 'GET /v1/security-contexts' },
    run: answered(OPERATOR_ADVICE, (body) => ({
      ...around('security_contexts', body),
      security_contexts: listOf('security_contexts', body, toSecurityContext),
    })),
  }),

  gateway_get_security_context: action({
    title: 'Gateway: get security context',
    description:
      'Gets one security context: capabilities with their constraints, and what is always denied. Look here when a signed call is refused. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    untrusted: true,
    adapted: 'Constraints that are not set (null) are left out.',
    input: () => ({ name: id('Name of the security context.') }),
    output: () => z.looseObject({ name: z.string() }),
    live: { operation: 'gatewayGetSecurityContext', route: 'GET /v1/security-contexts/{name}' },
    run: answered(OPERATOR_ADVICE, (body) => toSecurityContext(record(body))),
  }),

  gateway_explore_api: action({
    title: 'Gateway: explore API',
    description:
      'Makes one real call of a registered API, with its credential, and returns only what the JSONPaths select. An operation that writes does write. Path and query parameters cannot be filled. Operators only.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    untrusted: true,
    adapted:
      'execution_id, parameters and include_hateoas_hints, which the real server demands, have defaults.',
    limits:
      'parameters is the JSON body for every method; {x} in a path stays literal. Upstream must answer with JSON within 15 seconds.',
    input: () => ({
      api_spec_id: specId(),
      operation_id: text('operationId of the spec, from gateway_get_spec.').min(1),
      fields: z
        .array(z.string().regex(/^\$/, { error: 'is no JSONPath: it begins with $' }))
        .min(1)
        .describe('JSONPaths into the answer, for example ["$.items[*].name"]; ["$"] gives all of it.'),
      parameters: anyJson('JSON body of the call, whatever its method. Default {}.').optional(),
      include_hateoas_hints: flag('Also name the other operations of the spec. Default false.'),
      execution_id: text('Label for the audit log. Default aegis-mcp.').optional(),
    }),
    output: () =>
      z.looseObject({
        sliced_data: z.record(z.string(), z.unknown()),
        operation_metadata: z.looseObject({ status: z.int() }),
      }),
    live: {
      operation: 'gatewayExploreApi',
      route: 'POST /v1/explorer',
      body: ({ execution_id = 'aegis-mcp', parameters = {}, include_hateoas_hints = false, ...args }) => ({
        json: { execution_id, parameters, include_hateoas_hints, ...args },
      }),
    },
    run: answered(EXPLORER_ADVICE, (body) => {
      const answer = record(body);
      const { status } = record(answer.operation_metadata);
      return {
        ...answer,
        sliced_data: record(answer.sliced_data),
        operation_metadata: { ...record(answer.operation_metadata), status: Number(status) },
      };
    }),
  }),

  gateway_invoke: action({
    title: 'Gateway: invoke',
    description:
      'Calls a tool of the gateway with a complete signed SEAL envelope; no operator token is used. One security token serves one call in about a minute. Unlike invoke_seal, the timestamp is in Unix seconds.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'destructive',
    classes: ['secret'],
    untrusted: true,
    secrets: ['security_token'],
    wrapper: 'envelope',
    adapted: 'Both published routes run the same; /v1/seal/invoke is tried where /v1/invoke is not routed.',
    input: () => ({
      protocol: z.literal('seal/v1').describe('seal/v1.'),
      security_token: text('Token of the attestation: a JWT with jti and tenant_id.').min(1),
      signature: text('Ed25519 signature over the canonical bytes, base64.').min(1),
      payload: object(
        'The JSON-RPC tools/call object that was signed: {method, params: {name, arguments}}. Sent in the order given.',
      ),
      timestamp: z
        .int({ error: 'is not in whole Unix seconds; the gateway takes no RFC 3339 text' })
        .min(0)
        .describe('When it was signed, Unix seconds; at most 30 seconds ago.'),
    }),
    output: () => z.looseObject({ result: z.unknown() }),
    live: { operation: 'gatewayInvoke', route: 'POST /v1/invoke', auth: 'none', body: envelopeBody },
    documented: {
      operation: 'gatewaySealInvoke',
      route: 'POST /v1/seal/invoke',
      auth: 'none',
      body: envelopeBody,
    },
    run: answered(INVOKE_ADVICE, (body) => ({ ...record(body), result: record(body).result })),
  }),

  gateway_health: action({
    title: 'Gateway: health',
    description: 'Liveness probe of the SEAL gateway: status is ok.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The text ok becomes {status: ok}.',
    input: () => ({}),
    output: () => z.looseObject({ status: z.string() }),
    live: { operation: 'gatewayHealth', route: 'GET /health', auth: 'none' },
    run: async (call) => ({ value: { status: (await readText(call)).trim() } }),
  }),

  gateway_metrics: action({
    title: 'Gateway: metrics',
    description:
      'Gets the counters of the gateway (requests, sessions, signature failures, policy violations) in the Prometheus text format. Where its metrics port is not routed to the gateway address this fails.',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The Prometheus text becomes {text}.',
    limits:
      'Metrics have a port of their own (9092): they are found only where a proxy routes /metrics to it.',
    alternative:
      'The gateway serves metrics on a port of its own (METRICS_PORT, default 9092): ask there, or have a proxy route /metrics of the gateway address to it.',
    input: () => ({}),
    output: () => z.looseObject({ text: z.string() }),
    live: { operation: 'gatewayMetrics', route: 'GET /metrics', auth: 'none' },
    run: async (call) => ({ value: { text: await readText(call) } }),
  }),

  gateway_open_api_json: action({
    title: 'Gateway: OpenAPI document',
    description:
      'Gets the OpenAPI document that the gateway generates of itself: field names of the version in use. Answers have no schemas in it, and it says some things wrong (the timestamp of an envelope).',
    toolset: 'gateway',
    server: 'gateway',
    effect: 'read',
    adapted: 'The document is given as {document}.',
    alternative:
      'The pages of this gateway are switched off (ui.enabled): its published reference has the routes.',
    input: () => ({}),
    output: () => z.looseObject({ document: z.record(z.string(), z.unknown()) }),
    live: { operation: 'gatewayOpenApiJson', route: 'GET /openapi.json', auth: 'none' },
    run: answered({}, (body) => ({ document: record(body) })),
  }),
};
