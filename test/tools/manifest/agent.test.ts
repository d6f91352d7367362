import { expect, test } from 'vitest';
import { checkAgentManifest } from '../../../src/tools/manifest/agent.js';

type Tree = Record<string, unknown>;

/** The smallest valid manifest with one part of `spec` added or replaced. */
function agent(spec: Tree = {}, metadata: Tree = {}): Tree {
  return {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Agent',
    metadata: { name: 'a', version: '1.0.0', ...metadata },
    spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Count.' }, ...spec },
  };
}

/** `severity path: message` of every problem. */
function problemsOf(manifest: unknown, options = {}): string[] {
  return checkAgentManifest(manifest, options).map(
    ({ severity, path, message }) => `${severity} ${path}: ${message}`,
  );
}

test('the minimal manifest of the contract has no problem', () => {
  expect(problemsOf(agent())).toEqual([]);
});

test('a manifest that uses every field has no error', () => {
  const manifest = agent({
    runtime: {
      image: 'ghcr.io/example/ledger:2.3',
      image_pull_policy: 'IfNotPresent',
      isolation: 'docker',
      model: 'smart',
      temperature: 0.2,
    },
    task: { instruction: 'Find rows.', prompt_template: '{{instruction}}', input_data: { any: [1] } },
    context: [
      { type: 'text', content: 'Amounts are in cents.' },
      { type: 'file', path: '/a', description: 'd' },
      { type: 'directory', path: '/b' },
      { type: 'url', url: 'https://example.test/rules.md' },
    ],
    execution: {
      mode: 'iterative',
      max_retries: 4,
      iteration_timeout: '300s',
      llm_timeout_seconds: 120,
      validation: [
        { type: 'exit_code', expected: 0 },
        { type: 'json_schema', schema: { type: 'object' }, min_score: 1 },
        { type: 'regex', pattern: 'ok', target: 'stdout' },
        { type: 'semantic', judge_agent: 'j', criteria: 'c', min_score: 0.8, timeout_seconds: 120 },
        {
          type: 'multi_judge',
          judges: ['a', 'b'],
          consensus: 'majority',
          min_judges_required: 2,
          criteria: 'c',
        },
      ],
      tool_validation: [{ type: 'semantic', judge_agent: 'p', criteria: 'c' }],
      delivery: {
        destinations: [
          { name: 'w', condition: 'on_success', type: 'webhook', webhook: { url: 'https://example.test' } },
          {
            name: 'r',
            condition: 'always',
            type: 'rest',
            rest: { url: 'https://example.test', method: 'PUT' },
          },
          { name: 'e', condition: 'on_failure', type: 'email', email: { to: 'a@example.test', subject: '' } },
          {
            name: 's',
            condition: 'always',
            type: 'sms',
            sms: { to: '+1', message: 'm' },
            transform: { script: 't' },
          },
        ],
      },
    },
    security: {
      network: { mode: 'allow', allowlist: ['example.test'], denylist: [] },
      filesystem: { read: ['/workspace'], write: [], read_only: false },
      resources: { cpu: 1500, memory: '1Gi', disk: '1073741824', timeout: '15m' },
    },
    schedule: { type: 'cron', cron: '0 6 * * *', timezone: 'UTC', enabled: false },
    tools: ['fs.read'],
    env: { A: '' },
    volumes: [
      {
        name: 'w',
        storage_class: 'ephemeral',
        type: 'seaweedfs',
        provider: 'p',
        config: {},
        mount_path: '/workspace',
        access_mode: 'read-write',
        size_limit: '1Gi',
        ttl_hours: 2,
      },
    ],
    advanced: {
      warm_pool_size: 0,
      startup_script: 's',
      health_check: { path: '/h', interval_seconds: 5, timeout_seconds: 1 },
      bootstrap_path: '/b',
    },
    input_schema: { type: 'object', required: ['input'] },
    security_context: 'zaru-pro',
    output_handler: {
      type: 'webhook',
      url: 'https://example.test/out',
      retry: { max_attempts: 2 },
      required: true,
    },
  });
  expect(problemsOf(manifest)).toEqual([]);
});

test('an empty object is told everything that is required', () => {
  expect(problemsOf({})).toEqual([
    'error apiVersion: is required',
    'error kind: is required',
    'error metadata: is required',
    'error spec: is required',
  ]);
});

test.each([
  ['text', 'not a manifest'],
  ['a list', []],
  ['null', null],
])('%s is no manifest', (kind, value) => {
  expect(problemsOf(value)).toEqual([`error manifest: must be an object, not ${kind}`]);
});

test.each<[string, Tree, string]>([
  [
    'an unknown mode',
    { execution: { mode: 'itterative' } },
    'error spec.execution.mode: "itterative" is not allowed; allowed: one-shot, iterative; did you mean iterative?',
  ],
  [
    'a score over 1',
    { execution: { validation: [{ type: 'exit_code', min_score: 80 }] } },
    'error spec.execution.validation[0].min_score: must be a number between 0 and 1, not 80',
  ],
  [
    'validation as an object',
    { execution: { validation: {} } },
    'error spec.execution.validation: must be a list such as [{type: exit_code, expected: 0}], not an object',
  ],
  [
    'an unknown validator',
    { execution: { validation: [{ type: 'exitcode' }] } },
    'error spec.execution.validation[0].type: "exitcode" is not allowed; allowed: exit_code, json_schema, regex, semantic, multi_judge; did you mean exit_code?',
  ],
  [
    'a validator without type',
    { execution: { validation: [{ pattern: 'x' }] } },
    'error spec.execution.validation[0].type: is required: one of exit_code, json_schema, regex, semantic, multi_judge',
  ],
  [
    'a key of another validator',
    { execution: { validation: [{ type: 'exit_code', pattern: 'x' }] } },
    'error spec.execution.validation[0].pattern: is not a key here (the server would ignore it): it belongs to type regex, not "exit_code"',
  ],
  [
    'more judges wanted than named',
    {
      execution: {
        validation: [{ type: 'multi_judge', judges: ['a'], criteria: 'c', min_judges_required: 2 }],
      },
    },
    'error spec.execution.validation[0].min_judges_required: asks for 2 judges, but judges names 1',
  ],
  [
    'both names of the try limit',
    { execution: { max_retries: 1, max_iterations: 2 } },
    'error spec.execution: takes max_retries or max_iterations, not both: they are two names of one field',
  ],
  [
    'more tries than one byte holds',
    { execution: { max_iterations: 256 } },
    'error spec.execution.max_iterations: must be a whole number between 0 and 255, not 256',
  ],
  [
    'a duration as a number',
    { execution: { iteration_timeout: 300 } },
    'error spec.execution.iteration_timeout: must be text, not a number: put the value in quotes',
  ],
  [
    'a duration in days',
    { execution: { iteration_timeout: '2d' } },
    'error spec.execution.iteration_timeout: must be a duration such as 300s, 5m or 1h, not "2d"',
  ],
  [
    'a destination without its block',
    { execution: { delivery: { destinations: [{ name: 'n', condition: 'always', type: 'sms' }] } } },
    'error spec.execution.delivery.destinations[0].sms: is required with type sms',
  ],
  [
    'language and image',
    { runtime: { language: 'go', version: '1.21', image: 'a/b' } },
    'error spec.runtime: takes either image or language with version, not both',
  ],
  [
    'neither language nor image',
    { runtime: { model: 'm' } },
    'error spec.runtime: needs language (python, javascript, typescript, rust, go) with version, or image',
  ],
  [
    'language without version',
    { runtime: { language: 'rust' } },
    'error spec.runtime.version: is required with language: 1.74, 1.75; execution fails without it',
  ],
  [
    'a mistyped language without version',
    { runtime: { language: 'pyhton' } },
    'error spec.runtime.language: "pyhton" is none of python, javascript, typescript, rust, go; any other needs spec.runtime.version too; did you mean "python"?',
  ],
  [
    'an unknown language without version',
    { runtime: { language: 'cobol' } },
    'error spec.runtime.language: "cobol" is none of python, javascript, typescript, rust, go; any other needs spec.runtime.version too',
  ],
  [
    'a version YAML read as a number',
    { runtime: { language: 'python', version: 3.11 } },
    'error spec.runtime.version: must be text, not a number: put the value in quotes',
  ],
  [
    'an image without a slash',
    { runtime: { image: 'ubuntu' } },
    'error spec.runtime.image: must be a full image name with a "/", such as ghcr.io/acme/agent:1.0, not "ubuntu"',
  ],
  [
    'a pull policy in lower case',
    { runtime: { image: 'a/b', image_pull_policy: 'always' } },
    'error spec.runtime.image_pull_policy: "always" is not allowed; allowed: Always, IfNotPresent, Never; did you mean Always?',
  ],
  ['a blank instruction', { task: { instruction: ' \n' } }, 'error spec.task.instruction: must not be blank'],
  ['a missing instruction', { task: {} }, 'error spec.task.instruction: is required'],
  [
    'a size with the wrong unit',
    { security: { resources: { memory: '512MB' } } },
    'error spec.security.resources.memory: must be a size such as 512Mi or 1Gi, or a number of bytes, not "512MB"',
  ],
  [
    'a fraction of a millicore',
    { security: { resources: { cpu: 0.5 } } },
    'error spec.security.resources.cpu: must be a whole number of at least 0, not 0.5',
  ],
  [
    'a tool as an object',
    { tools: [{ name: 'fs.read' }] },
    'error spec.tools[0]: must be text, not an object',
  ],
  [
    'tools as text',
    { tools: 'fs.read' },
    'error spec.tools: must be a list such as [fs.read, cmd.run], not text',
  ],
  [
    'a number in env',
    { env: { PORT: 80 } },
    'error spec.env.PORT: must be text, not a number: put the value in quotes',
  ],
  [
    'a volume without size',
    { volumes: [{ name: 'w', storage_class: 'ephemeral', mount_path: '/w', access_mode: 'read-only' }] },
    'error spec.volumes[0].size_limit: is required',
  ],
  [
    'a schedule without time zone',
    { schedule: { type: 'cron', cron: '* * * * *' } },
    'error spec.schedule.timezone: is required',
  ],
  [
    'an unknown key of the spec',
    { instructions: 'x' },
    'error spec.instructions: is not a key here (the server would ignore it)',
  ],
  [
    'a misspelt key',
    { runtime: { language: 'go', version: '1.21', isolaton: 'docker' } },
    'error spec.runtime.isolaton: is not a key here (the server would ignore it); did you mean isolation?',
  ],
  [
    'an odd key',
    { env: { 'a b': 1 } },
    'error spec.env["a b"]: must be text, not a number: put the value in quotes',
  ],
  ['a required field that is null', { task: null }, 'error spec.task: is required'],
  [
    'a handler without target',
    { output_handler: { type: 'agent' } },
    'error spec.output_handler.agent_id: is required',
  ],
])('%s is an error', (_name, spec, problem) => {
  expect(problemsOf(agent(spec))).toEqual([problem]);
});

test.each<[string, Tree, Tree, string]>([
  [
    'a runtime the server does not ship',
    { runtime: { language: 'python', version: '3.12' } },
    {},
    'warning spec.runtime: "python 3.12" is not in the registry that ships with the server (it has 3.9, 3.10, 3.11): unless the node has it, the agent deploys and then fails at execution',
  ],
  [
    'a language the server does not ship',
    { runtime: { language: 'ruby', version: '3' } },
    {},
    'warning spec.runtime: "ruby 3" is not in the registry that ships with the server (it has python, javascript, typescript, rust, go): unless the node has it, the agent deploys and then fails at execution',
  ],
  [
    'tags',
    {},
    { tags: ['a'] },
    'warning metadata.tags: is published, but the server drops it: use labels or annotations',
  ],
  [
    'swarm_enabled',
    { advanced: { swarm_enabled: true } },
    {},
    'warning spec.advanced.swarm_enabled: is published, but the server drops it',
  ],
  [
    'a system security context',
    { security_context: 'aegis-system-operator' },
    {},
    'warning spec.security_context: aegis-system-* is open to operators and service accounts only',
  ],
  [
    'an input schema that no execution can meet',
    { input_schema: { required: ['period'] } },
    {},
    'warning spec.input_schema.required: over HTTP the schema is applied to {input, context_overrides, tenant_id}, so requiring period at its root makes every execution fail: describe them below properties.input',
  ],
  [
    'a handler that is not implemented',
    { output_handler: { type: 'mcp_tool', tool_name: 't', arguments: {} } },
    {},
    'warning spec.output_handler.type: mcp_tool is accepted but not implemented: use agent or webhook',
  ],
  [
    'an isolation nobody knows',
    { runtime: { language: 'go', version: '1.21', isolation: 'dokcer' } },
    {},
    'warning spec.runtime.isolation: "dokcer" is none of the values known to work: inherit, firecracker, docker, process; did you mean docker?',
  ],
  [
    'a null option',
    { env: null },
    {},
    'warning spec.env: is null, which the server may refuse: leave the key out',
  ],
])('%s is a warning', (_name, spec, metadata, problem) => {
  expect(problemsOf(agent(spec, metadata))).toEqual([problem]);
});

test.each(['Word-Counter', '-a', 'a-', 'a_b', 'a.b', 'ä'])('the name %j is refused', (name) => {
  expect(problemsOf(agent({}, { name }))).toEqual([
    `error metadata.name: must be lower-case letters, digits and hyphens, with a letter or digit at both ends, not "${name}"`,
  ]);
});

test('a long name is accepted with a warning, because the server has no limit', () => {
  expect(problemsOf(agent({}, { name: 'a'.repeat(64) }))).toEqual([
    'warning metadata.name: has 64 characters; names over 63 are refused by some servers',
  ]);
});

test('the empty network mode that the server stores for a missing network is accepted', () => {
  expect(problemsOf(agent({ security: { network: { mode: '', allowlist: [], denylist: [] } } }))).toEqual([]);
});

test('unknown keys are warnings when they are allowed', () => {
  expect(problemsOf(agent({ memory_bank: {} }), { allowUnknown: true })).toEqual([
    'warning spec.memory_bank: is not a key here (the server would ignore it)',
  ]);
});

test('a workflow given as an agent is told where it belongs', () => {
  expect(problemsOf({ ...agent(), kind: 'Workflow' })).toEqual([
    'error kind: "Workflow" is not allowed; allowed: Agent',
    'warning kind: this is a workflow: register it with register_workflow',
  ]);
});

test('keys of the prototype of an object are unknown keys like any other', () => {
  const manifest = agent({ execution: { validation: [{ type: 'toString' }] }, constructor: 1 });
  expect(problemsOf(manifest)).toEqual([
    'error spec.execution.validation[0].type: "toString" is not allowed; allowed: exit_code, json_schema, regex, semantic, multi_judge',
    'error spec.constructor: is not a key here (the server would ignore it)',
  ]);
});
