import { expect, test } from 'vitest';
import { checkWorkflowManifest } from '../../../src/tools/manifest/workflow.js';

type Tree = Record<string, unknown>;

const END = { kind: 'System', command: 'echo done', transitions: [] };

/** A workflow with these states; `START` is the initial one. */
function workflow(states: Tree, rest: { spec?: Tree; metadata?: Tree } = {}): Tree {
  return {
    apiVersion: '100monkeys.ai/v1',
    kind: 'Workflow',
    metadata: { name: 'w', ...rest.metadata },
    spec: { initial_state: 'START', states, ...rest.spec },
  };
}

function problemsOf(manifest: unknown, options = {}): string[] {
  return checkWorkflowManifest(manifest, options).map(
    ({ severity, path, message }) => `${severity} ${path}: ${message}`,
  );
}

/** Problems of a workflow whose only state is START. */
function problemsOfState(state: Tree, options = {}): string[] {
  return problemsOf(workflow({ START: { transitions: [], ...state } }), options);
}

test('a workflow that uses every kind of state and condition has no problem', () => {
  const to = (condition: string, target: string, rest: Tree = {}) => ({ condition, target, ...rest });
  const manifest = workflow(
    {
      START: {
        kind: 'ContainerRun',
        name: 'pull',
        image: 'alpine/curl:8',
        command: ['sh', '-c', 'true'],
        env: { SRC: 'x' },
        volumes: [{ name: 'data', mount_path: '/data', read_only: true }],
        resources: { cpu: 500, memory: '1Gi', timeout: '5m' },
        retry: { max_attempts: 2, backoff: '1s' },
        timeout: '10m',
        transitions: [
          to('exit_code_zero', 'AUDIT'),
          to('exit_code', 'AUDIT', { value: 3 }),
          to('exit_code_non_zero', 'STOP', { feedback: '{{START.output.stderr}}' }),
        ],
      },
      AUDIT: {
        kind: 'Agent',
        agent: 'ledger-auditor',
        input: 'Audit {{workflow.period}}',
        intent: 'i',
        isolation: 'docker',
        judges: [{ agent_id: 'j', weight: 1.0, input_template: '' }],
        max_iterations: 3,
        max_state_visits: 20,
        pre_execution_validator: 'p',
        transitions: [
          to('score_above', 'REVIEW', { threshold: 0.9 }),
          to('score_between', 'REVIEW', { min: 0.5, max: 0.9 }),
          to('score_and_confidence_above', 'REVIEW', { threshold: 0.5 }),
          to('confidence_above', 'REVIEW', { threshold: 0.5 }),
          to('score_below', 'STOP', { threshold: 0.5 }),
          to('on_success', 'REVIEW'),
          to('on_failure', 'STOP'),
        ],
      },
      REVIEW: {
        kind: 'Human',
        prompt: 'Publish?',
        default_response: 'no',
        timeout: '1h 30m',
        transitions: [
          to('input_equals_yes', 'PANEL'),
          to('input_equals', 'STOP', { value: 'later' }),
          to('input_equals_no', 'STOP'),
        ],
      },
      PANEL: {
        kind: 'ParallelAgents',
        agents: [
          { agent: 'judge-a', input: '', weight: 2, timeout_seconds: 60, poll_interval_ms: 500 },
          { agent: 'judge-b', input: '' },
        ],
        consensus: {
          strategy: 'weighted_average',
          threshold: 0.8,
          agreement: 0.6,
          min_judges_required: 2,
          confidence_weighting: { agreement_factor: 0.6, self_confidence_factor: 0.4 },
        },
        judges_for_parallel: [{ agent_id: 'j' }],
        transitions: [
          to('consensus', 'CHILD', { threshold: 0.8, agreement: 0.6 }),
          to('all_approved', 'CHILD'),
          to('any_rejected', 'STOP'),
          to('custom', 'STOP', { expression: '{{x}}' }),
          to('always', 'STEPS'),
        ],
      },
      STEPS: {
        kind: 'ParallelContainerRun',
        steps: [{ name: 'one', image: 'a/b', command: ['true'] }],
        completion: 'best_effort',
        transitions: [to('always', 'CHILD')],
      },
      CHILD: {
        kind: 'Subworkflow',
        workflow_id: 'other',
        mode: 'blocking',
        result_key: 'r',
        input: '{}',
        transitions: [to('always', 'STOP')],
      },
      STOP: END,
    },
    {
      spec: {
        context: { floor: 0.75 },
        max_total_transitions: 100,
        storage: {
          workspace: { storage_class: 'ephemeral', ttl_hours: 4, size_limit_mb: 512 },
          shared_volumes: [{ name: 'data', storage_class: 'persistent', size_limit_bytes: 1 }],
        },
      },
      metadata: {
        version: '1.2.0',
        input_schema: { type: 'object' },
        output_schema: {},
        output_template: { report: '{{AUDIT.output}}' },
      },
    },
  );
  expect(problemsOf(manifest)).toEqual([]);
});

test.each<[string, Tree, string]>([
  [
    'an unknown kind',
    { kind: 'agent' },
    'error spec.states.START.kind: "agent" is not allowed; allowed: Agent, System, Human, ParallelAgents, ContainerRun, ParallelContainerRun, Subworkflow; did you mean Agent?',
  ],
  [
    'a missing kind',
    {},
    'error spec.states.START.kind: is required: one of Agent, System, Human, ParallelAgents, ContainerRun, ParallelContainerRun, Subworkflow',
  ],
  ['a missing input', { kind: 'Agent', agent: 'a' }, 'error spec.states.START.input: is required'],
  [
    'an input that is no template',
    { kind: 'Agent', agent: 'a', input: { text: 'x' } },
    'error spec.states.START.input: must be text, not an object',
  ],
  [
    'a key from older docs',
    { kind: 'Human', prompt: 'p', timeout_seconds: 60 },
    'error spec.states.START.timeout_seconds: is not a key here (the server refuses it); did you mean timeout?',
  ],
  [
    'a key of another kind',
    { kind: 'System', command: 'c', prompt: 'p' },
    'error spec.states.START.prompt: is not a key here (the server refuses it): it belongs to kind Human, not "System"',
  ],
  [
    'a timeout without unit',
    { kind: 'System', command: 'c', timeout: '90' },
    'error spec.states.START.timeout: must be a duration with its unit, such as 90s, 5m or 1h 30m, not "90"',
  ],
  [
    'too many visits',
    { kind: 'System', command: 'c', max_state_visits: 21 },
    'error spec.states.START.max_state_visits: must be a whole number between 1 and 20, not 21',
  ],
  [
    'an empty command',
    { kind: 'ContainerRun', name: 'n', image: 'i', command: [] },
    'error spec.states.START.command: must have at least one entry',
  ],
  [
    'a command as text',
    { kind: 'ContainerRun', name: 'n', image: 'i', command: 'make' },
    'error spec.states.START.command: must be a list such as [sh, -c, "make test"], not text',
  ],
  [
    'a relative mount path',
    {
      kind: 'ContainerRun',
      name: 'n',
      image: 'i',
      command: ['c'],
      volumes: [{ name: 'v', mount_path: 'data' }],
    },
    'error spec.states.START.volumes[0].mount_path: must be an absolute path, such as /data, not "data"',
  ],
  [
    'a completion rule nobody knows',
    { kind: 'ParallelContainerRun', steps: [{ name: 'n', image: 'i', command: ['c'] }], completion: 'all' },
    'error spec.states.START.completion: "all" is not allowed; allowed: all_succeed, any_succeed, best_effort',
  ],
  [
    'two steps of one name',
    {
      kind: 'ParallelContainerRun',
      completion: 'best_effort',
      steps: [
        { name: 'n', image: 'i', command: ['c'] },
        { name: 'n', image: 'i', command: ['c'] },
      ],
    },
    'error spec.states.START.steps[1].name: "n" names another step already',
  ],
  [
    'blocking without result_key',
    { kind: 'Subworkflow', workflow_id: 'x', mode: 'blocking' },
    'error spec.states.START.result_key: is required with mode blocking: the blackboard key for the result',
  ],
  [
    'fire_and_forget with result_key',
    { kind: 'Subworkflow', workflow_id: 'x', mode: 'fire_and_forget', result_key: 'r' },
    'error spec.states.START.result_key: is not allowed with mode fire_and_forget: there is no result to keep',
  ],
  [
    'weights that do not add up',
    {
      kind: 'ParallelAgents',
      agents: [{ agent: 'a', input: '' }],
      consensus: { strategy: 'majority', confidence_weighting: { agreement_factor: 0.5 } },
    },
    'error spec.states.START.consensus.confidence_weighting: agreement_factor (0.7) and self_confidence_factor (0.3) must add up to 1',
  ],
  [
    'more agents wanted than there are',
    {
      kind: 'ParallelAgents',
      agents: [{ agent: 'a', input: '' }],
      consensus: { strategy: 'majority', min_judges_required: 2 },
    },
    'error spec.states.START.consensus.min_judges_required: asks for 2 agents, but agents has 1',
  ],
])('%s is an error', (_name, state, problem) => {
  expect(problemsOfState(state)).toEqual([problem]);
});

test.each<[string, Tree, string]>([
  [
    'a missing condition',
    { target: 'STOP' },
    'condition: is required: one of always, on_success, on_failure, exit_code_zero, exit_code_non_zero, exit_code, score_above, score_below, score_between, confidence_above, score_and_confidence_above, consensus, all_approved, any_rejected, input_equals, input_equals_yes, input_equals_no, custom',
  ],
  [
    'approved',
    { condition: 'approved', target: 'STOP' },
    'condition: "approved" is not allowed; allowed: always, on_success, on_failure, exit_code_zero, exit_code_non_zero, exit_code, score_above, score_below, score_between, confidence_above, score_and_confidence_above, consensus, all_approved, any_rejected, input_equals, input_equals_yes, input_equals_no, custom; a reviewer answers yes or no: use input_equals_yes',
  ],
  ['a missing argument', { condition: 'score_above', target: 'STOP' }, 'threshold: is required'],
  [
    'a consensus without agreement',
    { condition: 'consensus', threshold: 0.8, target: 'STOP' },
    'agreement: is required',
  ],
  [
    'an argument of another condition',
    { condition: 'on_success', threshold: 0.8, target: 'STOP' },
    'threshold: is not a key here (the server would ignore it): it belongs to condition score_above, score_below, confidence_above, score_and_confidence_above, consensus, not "on_success"',
  ],
  [
    'an exit code as text',
    { condition: 'exit_code', value: '3', target: 'STOP' },
    'value: must be a whole number, not text',
  ],
  [
    'an answer as a boolean',
    { condition: 'input_equals', value: true, target: 'STOP' },
    'value: must be text, not true or false: put the value in quotes',
  ],
  [
    'bounds the wrong way round',
    { condition: 'score_between', min: 0.9, max: 0.1, target: 'STOP' },
    'min: must not exceed max, but 0.9 > 0.1',
  ],
  [
    'a target that does not exist',
    { condition: 'always', target: 'STPO' },
    'target: there is no state "STPO"; states: START, STOP; did you mean STOP?',
  ],
])('%s in a transition is an error', (_name, transition, problem) => {
  const manifest = workflow({
    START: {
      kind: 'System',
      command: 'c',
      transitions: [transition, { condition: 'always', target: 'STOP' }],
    },
    STOP: END,
  });
  expect(problemsOf(manifest).filter((each) => each.startsWith('error'))).toEqual([
    `error spec.states.START.transitions[0].${problem}`,
  ]);
});

test('transitions are required even when a state is the last', () => {
  expect(problemsOf(workflow({ START: { kind: 'System', command: 'c' } }))).toEqual([
    'error spec.states.START.transitions: is required',
  ]);
});

test('the initial state must exist', () => {
  expect(problemsOf(workflow({ BEGIN: END }))).toEqual([
    'error spec.initial_state: there is no state "START"; states: BEGIN',
  ]);
});

test('states are a map with at least one entry', () => {
  expect(problemsOf(workflow({}))).toContain('error spec.states: must have at least one entry');
  expect(problemsOf({ ...workflow({}), spec: { initial_state: 'START', states: [END] } })).toEqual([
    'error spec.states: must be a map of keys to values, not a list',
  ]);
});

test('a state needs a name', () => {
  expect(problemsOf(workflow({ START: END, '': END }))).toContain('error spec.states: a state needs a name');
});

test.each(['executions', 'temporal'])('a workflow cannot be called %s, which is a route', (name) => {
  expect(problemsOf(workflow({ START: END }, { metadata: { name } }))).toEqual([
    `error metadata.name: "${name}" is the name of a route of the server: choose another`,
  ]);
});

test('a name has at most 63 characters', () => {
  expect(problemsOf(workflow({ START: END }, { metadata: { name: 'a'.repeat(64) } }))).toEqual([
    'error metadata.name: must be at most 63 characters, not 64',
  ]);
});

test('a volume must be among the shared volumes, where there are any', () => {
  const container = { kind: 'ContainerRun', name: 'n', image: 'i', command: ['c'], transitions: [] };
  const states = { START: { ...container, volumes: [{ name: 'date', mount_path: '/d' }] } };
  expect(problemsOf(workflow(states))).toEqual([]);
  expect(problemsOf(workflow(states, { spec: { storage: { shared_volumes: [{ name: 'data' }] } } }))).toEqual(
    ['error spec.states.START.volumes[0].name: "date" is not in spec.storage.shared_volumes: data'],
  );
});

test('what cannot be reached is a warning', () => {
  const always = { condition: 'always', target: 'STOP' };
  const states = {
    START: {
      kind: 'System',
      command: 'c',
      transitions: [always, { condition: 'on_failure', target: 'STOP' }],
    },
    STOP: END,
    LOST: { ...END, transitions: [always] },
  };
  expect(problemsOf(workflow(states))).toEqual([
    'warning spec.states.START.transitions[1]: is never taken: transition 0 (always) comes before it',
    'warning spec.states.LOST: cannot be reached from START',
  ]);
});

test('a loop is a warning, because only REST registers it', () => {
  const go = (target: string) => ({
    kind: 'System',
    command: 'c',
    transitions: [{ condition: 'on_success', target }],
  });
  expect(problemsOf(workflow({ START: go('CODE'), CODE: go('TEST'), TEST: go('CODE') }))).toEqual([
    'warning spec.states: CODE -> TEST -> CODE is a loop: REST takes it, the SEAL workflow tools refuse it',
  ]);
});

test('two ways to one state are no loop', () => {
  const go = (...targets: string[]) => ({
    kind: 'System',
    command: 'c',
    transitions: targets.map((target) => ({ condition: 'on_success', target })),
  });
  expect(problemsOf(workflow({ START: go('A', 'B'), A: go('STOP'), B: go('STOP'), STOP: END }))).toEqual([]);
});

test('unknown keys of a state stay errors when unknown keys are allowed, because the server refuses them', () => {
  const manifest = workflow({ START: { ...END, colour: 'red' } }, { spec: { colour: 'red' } });
  expect(problemsOf(manifest, { allowUnknown: true })).toEqual([
    'error spec.states.START.colour: is not a key here (the server refuses it)',
    'warning spec.colour: is not a key here (the server would ignore it)',
  ]);
});
