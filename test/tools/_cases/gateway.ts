/** Literal requests of src/tools/gateway.ts. */
import type { Case } from './_case.js';

const SPEC = '1c4f2a8e-0b1c-4d2e-8f30-a1b2c3d4e5f6';
const WORKFLOW = '9a7b3c1f-1d2e-4f30-9a4b-b1c2d3e4f506';
const json = 'application/json';

const DOCUMENT = {
  openapi: '3.0.3',
  paths: {
    '/issues': { post: { operationId: 'issues/create', responses: { '200': { description: 'ok' } } } },
  },
};

const DOCUMENT_YAML = `openapi: 3.0.3
paths:
  /issues:
    post:
      operationId: issues/create
      responses:
        200:
          description: ok
`;

const OPERATIONS = {
  'issues/create': { operation_id: 'issues/create', method: 'POST', path: '/issues' },
};

const RECORD = {
  id: SPEC,
  name: 'issues',
  base_url: 'https://api.example.com',
  source_url: null,
  raw_spec: DOCUMENT,
  operations: OPERATIONS,
  credential_path: { StaticRef: { key: 'issues-pat' } },
  created_at: '2026-05-08T10:00:00Z',
  tenant_id: null,
};

const INPUT_SCHEMA = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] };

const step = (on_error: unknown) => ({
  name: 'create',
  operation_id: 'issues/create',
  body_template: '{ "title": "{{ input.title }}" }',
  extractors: { number: '$.number' },
  on_error,
});

const workflow = (on_error: unknown) => ({
  name: 'create-issue',
  description: 'Creates an issue.',
  input_schema: INPUT_SCHEMA,
  api_spec_id: SPEC,
  steps: [step(on_error)],
});

const CLI_TOOL = {
  name: 'kubectl',
  description: 'Reads a cluster.',
  docker_image: 'ghcr.io/example/kubectl:1.29',
  allowed_subcommands: ['get', 'logs'],
  require_semantic_judge: true,
};

const SESSION = {
  execution_id: 'exec-8a9f7b3c',
  agent_id: 'agent-8a9f7b3c',
  security_context: 'research-safe',
  public_key_b64: '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  security_token: 'h.p.s',
};

const SESSION_ROW = {
  ...SESSION,
  session_status: 'Active',
  expires_at: '2026-05-08T11:00:00Z',
  allowed_tool_patterns: ['*'],
  tenant_id: null,
};

const { security_token: _secret, ...SESSION_SHOWN } = SESSION_ROW;

const ENVELOPE = {
  protocol: 'seal/v1',
  security_token: 'h.p.s',
  signature: 'c2lnbmF0dXJl',
  payload: {
    id: 'r1',
    jsonrpc: '2.0',
    method: 'tools/call',
    params: { arguments: { title: 'Broken' }, name: 'create-issue' },
  },
  timestamp: 1_778_234_400,
};

const ANSWER = { workflow_id: WORKFLOW, execution_id: 'exec-8a9f7b3c', result: { number: 7 }, state: {} };

const unset = {
  path_allowlist: null,
  command_allowlist: null,
  subcommand_allowlist: null,
  max_response_size: null,
};

const CONTEXT_ROW = {
  name: 'research-safe',
  capabilities: [{ tool_pattern: 'web.*', domain_allowlist: ['.example.org', '*.example.org'], ...unset }],
  deny_list: ['fs.delete'],
  description: '',
};

const CONTEXT = {
  ...CONTEXT_ROW,
  capabilities: [{ tool_pattern: 'web.*', domain_allowlist: ['*.example.org'] }],
};

export const CASES: readonly Case[] = [
  {
    tool: 'gateway_register_spec',
    dialect: 'live',
    args: {
      name: 'issues',
      base_url: 'https://api.example.com',
      inline_json: DOCUMENT_YAML,
      credential_path: { kind: 'Static', key: 'issues-pat' },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/specs',
        type: json,
        body: {
          name: 'issues',
          base_url: 'https://api.example.com',
          inline_json: DOCUMENT,
          credential_path: { StaticRef: { key: 'issues-pat' } },
        },
      },
    ],
    answers: [{ json: { id: SPEC } }],
    result: { id: SPEC, deduplicated: false },
  },
  {
    tool: 'gateway_register_spec',
    dialect: 'live',
    args: {
      name: 'issues',
      base_url: 'https://api.example.com',
      source_url: 'https://docs.example.com/openapi.json',
      source_fetch_url: 'https://docs.example.com/openapi.json',
      credential_path: { SystemJit: { openbao_engine_path: 'github', role: 'reader' } },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/specs',
        type: json,
        body: {
          name: 'issues',
          base_url: 'https://api.example.com',
          source_url: 'https://docs.example.com/openapi.json',
          source_fetch_url: 'https://docs.example.com/openapi.json',
          credential_path: { SystemJit: { openbao_engine_path: 'github', role: 'reader' } },
        },
      },
    ],
    answers: [{ json: { id: SPEC, deduplicated: true } }],
    result: { id: SPEC, deduplicated: true },
  },
  {
    tool: 'gateway_register_spec',
    dialect: 'documented',
    args: {
      name: 'issues',
      base_url: 'https://api.example.com',
      inline_json: DOCUMENT,
      credential_path: { StaticRef: { key: 'issues-pat' } },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/specs',
        type: json,
        body: {
          name: 'issues',
          base_url: 'https://api.example.com',
          inline_json: DOCUMENT,
          credential_path: { kind: 'Static', key: 'issues-pat' },
        },
      },
    ],
    answers: [{ json: { id: SPEC } }],
    result: { id: SPEC },
  },
  {
    tool: 'gateway_list_specs',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/specs' }],
    answers: [{ json: [{ id: SPEC, name: 'issues', source_url: null }] }],
    result: { specs: [{ id: SPEC, name: 'issues', source_url: null }] },
  },
  {
    tool: 'gateway_list_specs',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/specs' }],
    answers: [
      { json: [{ id: SPEC, name: 'issues', base_url: 'https://api.example.com', operations: OPERATIONS }] },
    ],
    result: { specs: [{ id: SPEC, base_url: 'https://api.example.com', operations: OPERATIONS }] },
  },
  {
    tool: 'gateway_get_spec',
    dialect: 'live',
    args: { id: SPEC },
    asked: [{ method: 'GET', path: `/v1/specs/${SPEC}` }],
    answers: [{ json: RECORD }],
    result: {
      id: SPEC,
      base_url: 'https://api.example.com',
      operations: OPERATIONS,
      credential_path: { kind: 'Static', key: 'issues-pat' },
      tenant_id: null,
    },
  },
  {
    tool: 'gateway_get_spec',
    dialect: 'live',
    args: { id: SPEC, include_document: true },
    asked: [{ method: 'GET', path: `/v1/specs/${SPEC}` }],
    answers: [{ json: RECORD }],
    result: { id: SPEC, raw_spec: DOCUMENT },
  },
  {
    tool: 'gateway_delete_spec',
    dialect: 'live',
    args: { id: SPEC },
    asked: [{ method: 'DELETE', path: `/v1/specs/${SPEC}` }],
    answers: [{ json: { deleted: true } }],
    result: { id: SPEC, deleted: true },
  },
  {
    tool: 'gateway_register_workflow',
    dialect: 'live',
    args: workflow('RetryN(2)'),
    asked: [{ method: 'POST', path: '/v1/workflows', type: json, body: workflow({ RetryN: 2 }) }],
    answers: [{ json: { id: WORKFLOW } }],
    result: { id: WORKFLOW },
  },
  {
    tool: 'gateway_register_workflow',
    dialect: 'live',
    args: { ...workflow(''), steps: [{ name: 'create', operation_id: 'issues/create' }] },
    asked: [
      {
        method: 'POST',
        path: '/v1/workflows',
        type: json,
        body: {
          ...workflow(''),
          steps: [
            {
              name: 'create',
              operation_id: 'issues/create',
              body_template: '{}',
              extractors: {},
              on_error: 'AbortWorkflow',
            },
          ],
        },
      },
    ],
    answers: [{ json: { id: WORKFLOW } }],
    result: { id: WORKFLOW },
  },
  {
    tool: 'gateway_register_workflow',
    dialect: 'documented',
    args: workflow({ RetryN: 2 }),
    asked: [{ method: 'POST', path: '/v1/workflows', type: json, body: workflow('RetryN(2)') }],
    answers: [{ json: { id: WORKFLOW } }],
    result: { id: WORKFLOW },
  },
  {
    tool: 'gateway_list_workflows',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/workflows' }],
    answers: [
      { json: [{ id: WORKFLOW, name: 'create-issue', description: '', input_schema: INPUT_SCHEMA }] },
    ],
    result: { workflows: [{ id: WORKFLOW, name: 'create-issue', input_schema: INPUT_SCHEMA }] },
  },
  {
    tool: 'gateway_get_workflow',
    dialect: 'live',
    args: { id: WORKFLOW },
    asked: [{ method: 'GET', path: `/v1/workflows/${WORKFLOW}` }],
    answers: [
      {
        json: {
          id: WORKFLOW,
          ...workflow({ RetryN: 2 }),
          created_at: '2026-05-08T10:00:00Z',
          tenant_id: null,
        },
      },
    ],
    result: { id: WORKFLOW, name: 'create-issue', steps: [step('RetryN(2)')], tenant_id: null },
  },
  {
    tool: 'gateway_update_workflow',
    dialect: 'live',
    args: { id: WORKFLOW, ...workflow('Continue') },
    asked: [{ method: 'PUT', path: `/v1/workflows/${WORKFLOW}`, type: json, body: workflow('Continue') }],
    answers: [{ json: { updated: true } }],
    result: { id: WORKFLOW, updated: true },
  },
  {
    tool: 'gateway_delete_workflow',
    dialect: 'live',
    args: { id: WORKFLOW },
    asked: [{ method: 'DELETE', path: `/v1/workflows/${WORKFLOW}` }],
    answers: [{ json: { deleted: true } }],
    result: { id: WORKFLOW, deleted: true },
  },
  {
    tool: 'gateway_register_cli_tool',
    dialect: 'live',
    args: {
      ...CLI_TOOL,
      default_timeout_seconds: 60,
      registry_credential_path: { kind: 'Static', key: 'ghcr-token' },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/cli-tools',
        type: json,
        body: {
          ...CLI_TOOL,
          default_timeout_seconds: 60,
          registry_credential_path: { StaticRef: { key: 'ghcr-token' } },
        },
      },
    ],
    answers: [{ json: { saved: true } }],
    result: { name: 'kubectl', saved: true },
  },
  {
    tool: 'gateway_register_cli_tool',
    dialect: 'documented',
    args: {
      ...CLI_TOOL,
      default_timeout_seconds: 60,
      registry_credential_path: { StaticRef: { key: 'ghcr-token' } },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/cli-tools',
        type: json,
        body: {
          ...CLI_TOOL,
          default_timeout_seconds: 60,
          registry_credential_path: { kind: 'Static', key: 'ghcr-token' },
        },
      },
    ],
    answers: [{ json: { saved: true } }],
    result: { name: 'kubectl', saved: true },
  },
  {
    tool: 'gateway_list_cli_tools',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/cli-tools' }],
    answers: [{ json: [CLI_TOOL] }],
    result: { cli_tools: [CLI_TOOL] },
  },
  {
    tool: 'gateway_delete_cli_tool',
    dialect: 'live',
    args: { name: 'kube/ctl' },
    asked: [{ method: 'DELETE', path: '/v1/cli-tools/kube%2Fctl' }],
    answers: [{ json: { deleted: true } }],
    result: { name: 'kube/ctl', deleted: true },
  },
  {
    tool: 'gateway_list_tools',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/tools' }],
    answers: [
      {
        json: [
          {
            name: 'create-issue',
            description: 'Creates an issue.',
            kind: 'workflow',
            input_schema: INPUT_SCHEMA,
            tags: ['workflow'],
            category: 'external',
          },
        ],
      },
    ],
    result: { tools: [{ name: 'create-issue', kind: 'workflow', tags: ['workflow'] }] },
  },
  {
    tool: 'gateway_upsert_seal_session',
    dialect: 'live',
    args: { ...SESSION, expires_at: '2026-05-08T11:00:00Z', allowed_tool_patterns: ['web.*'] },
    asked: [
      {
        method: 'POST',
        path: '/v1/seal/sessions',
        type: json,
        body: { ...SESSION, expires_at: '2026-05-08T11:00:00Z', allowed_tool_patterns: ['web.*'] },
      },
    ],
    answers: [{ json: { saved: true } }],
    result: { execution_id: 'exec-8a9f7b3c', saved: true },
  },
  {
    tool: 'gateway_list_seal_sessions',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/seal/sessions' }],
    answers: [{ json: [SESSION_ROW] }],
    result: { sessions: [SESSION_SHOWN] },
  },
  {
    tool: 'gateway_get_seal_session',
    dialect: 'live',
    args: { execution_id: 'exec-8a9f7b3c' },
    asked: [{ method: 'GET', path: '/v1/seal/sessions/exec-8a9f7b3c' }],
    answers: [{ json: SESSION_ROW }],
    result: SESSION_SHOWN,
  },
  {
    tool: 'gateway_revoke_seal_session',
    dialect: 'live',
    args: { execution_id: 'exec-8a9f7b3c' },
    asked: [{ method: 'DELETE', path: '/v1/seal/sessions/exec-8a9f7b3c' }],
    answers: [{ json: { status: 'revoked' } }],
    result: { execution_id: 'exec-8a9f7b3c', status: 'revoked' },
  },
  {
    tool: 'gateway_upsert_security_context',
    dialect: 'live',
    args: {
      name: 'research-safe',
      capabilities: [
        {
          tool_pattern: 'web.*',
          domain_allowlist: ['*.Example.org', 'arxiv.org'],
          rate_limit: { calls: 20, per_seconds: 60 },
        },
      ],
      deny_list: ['fs.delete'],
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/security-contexts',
        type: json,
        body: {
          name: 'research-safe',
          capabilities: [
            {
              tool_pattern: 'web.*',
              domain_allowlist: ['.example.org', '*.example.org', 'arxiv.org'],
              rate_limit: { calls: 20, per_seconds: 60 },
            },
          ],
          deny_list: ['fs.delete'],
        },
      },
    ],
    answers: [{ json: { saved: true } }],
    result: {
      name: 'research-safe',
      saved: true,
      notes: [
        '"*.Example.org" admits every subdomain, but not Example.org itself.',
        '"arxiv.org" admits every host whose name ends so, evilarxiv.org too; "*.arxiv.org" admits subdomains only.',
      ],
    },
  },
  {
    tool: 'gateway_list_security_contexts',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/security-contexts' }],
    answers: [{ json: [CONTEXT_ROW] }],
    result: { security_contexts: [CONTEXT] },
  },
  {
    tool: 'gateway_get_security_context',
    dialect: 'live',
    args: { name: 'research-safe' },
    asked: [{ method: 'GET', path: '/v1/security-contexts/research-safe' }],
    answers: [{ json: CONTEXT_ROW }],
    result: CONTEXT,
  },
  {
    tool: 'gateway_explore_api',
    dialect: 'live',
    args: { api_spec_id: SPEC, operation_id: 'issues/create', fields: ['$.number'] },
    asked: [
      {
        method: 'POST',
        path: '/v1/explorer',
        type: json,
        body: {
          execution_id: 'aegis-mcp',
          parameters: {},
          include_hateoas_hints: false,
          api_spec_id: SPEC,
          operation_id: 'issues/create',
          fields: ['$.number'],
        },
      },
    ],
    answers: [
      { json: { sliced_data: { '$.number': [7] }, hints: null, operation_metadata: { status: 201 } } },
    ],
    result: { sliced_data: { '$.number': [7] }, hints: null, operation_metadata: { status: 201 } },
  },
  {
    tool: 'gateway_invoke',
    dialect: 'live',
    args: { envelope: ENVELOPE },
    asked: [{ method: 'POST', path: '/v1/invoke', type: json, body: ENVELOPE }],
    answers: [{ json: { result: ANSWER } }],
    result: { result: ANSWER },
  },
  {
    tool: 'gateway_invoke',
    dialect: 'documented',
    args: ENVELOPE,
    asked: [{ method: 'POST', path: '/v1/seal/invoke', type: json, body: ENVELOPE }],
    answers: [{ json: { result: ANSWER } }],
    result: { result: ANSWER },
  },
  {
    tool: 'gateway_health',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/health' }],
    answers: [{ text: 'ok' }],
    result: { status: 'ok' },
  },
  {
    tool: 'gateway_metrics',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/metrics' }],
    answers: [{ text: '# TYPE aegis_seal_sessions_active gauge\naegis_seal_sessions_active 1\n' }],
    result: { text: '# TYPE aegis_seal_sessions_active gauge\naegis_seal_sessions_active 1\n' },
  },
  {
    tool: 'gateway_open_api_json',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/openapi.json' }],
    answers: [{ json: { openapi: '3.1.0', paths: {} } }],
    result: { document: { openapi: '3.1.0', paths: {} } },
  },
  {
    tool: 'gateway_ui_index',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/' }],
    answers: [{ text: '<!doctype html><title>Gateway</title>', type: 'text/html; charset=utf-8' }],
    result: { mime_type: 'text/html', size: 37, text: '<!doctype html><title>Gateway</title>' },
  },
  {
    tool: 'gateway_ui_app_js',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/ui/app.js' }],
    answers: [{ text: 'start();', type: 'application/javascript; charset=utf-8' }],
    result: { mime_type: 'application/javascript', size: 8, text: 'start();' },
  },
  {
    tool: 'gateway_ui_styles_css',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/ui/styles.css' }],
    answers: [{ text: 'body{}', type: 'text/css; charset=utf-8' }],
    result: { mime_type: 'text/css', size: 6, text: 'body{}' },
  },
  {
    tool: 'gateway_api_docs',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/api-docs/' }],
    answers: [{ text: '<title>Swagger UI</title>', type: 'text/html' }],
    result: { mime_type: 'text/html', size: 25, text: '<title>Swagger UI</title>' },
  },
  {
    tool: 'gateway_api_docs_asset',
    dialect: 'live',
    args: { asset: 'favicon-32x32.png' },
    asked: [{ method: 'GET', path: '/api-docs/favicon-32x32.png' }],
    answers: [{ text: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]), type: 'image/png' }],
    result: { mime_type: 'image/png', size: 5 },
  },
];
