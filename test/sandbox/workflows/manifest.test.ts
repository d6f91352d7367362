import { describe, expect, it } from 'vitest';
import { parseWorkflow } from '../../../src/sandbox/workflows/index.js';
import { createHarness, TENANT, workflow } from './_engine.js';

const END = 'END: {kind: System, command: echo done, transitions: []}';
const one = (state: string, rest = '') => workflow('w', 'S', `S: ${state}\n${END}`, rest);

function fault(source: string): string {
  const outcome = parseWorkflow(source);
  return outcome.ok ? 'accepted' : outcome.error;
}

describe('a manifest that is accepted', () => {
  it('takes every kind of state with all of its keys', () => {
    const source = `
apiVersion: 100monkeys.ai/v1
kind: Workflow
metadata: {name: audit-and-publish, version: "1.2.0", labels: {team: finance}, input_schema: {type: object, required: [period]}, output_template: {report: "{{AUDIT.output}}"}}
spec:
  initial_state: FETCH
  max_total_transitions: 30
  context: {floor: 0.75}
  storage: {workspace: {storage_class: ephemeral, ttl_hours: 4, size_limit_mb: 512}, shared_volumes: [{name: data, storage_class: persistent}]}
  states:
    FETCH:
      {kind: ContainerRun, name: pull, image: "alpine/curl:8", command: [sh, -c, "curl -sf $SRC -o /data/in.csv"], env: {SRC: "https://example.test/{{workflow.period}}.csv"}, volumes: [{name: data, mount_path: /data}], resources: {cpu: 500, timeout: 5m}, retry: {max_attempts: 2}, timeout: 10m,
       transitions: [{condition: exit_code_zero, target: AUDIT}, {condition: exit_code_non_zero, target: STOP, feedback: "{{FETCH.output.stderr}}"}]}
    AUDIT:
      {kind: Agent, agent: ledger-auditor, input: "Audit {{workflow.period}}", judges: [{agent_id: code-quality-judge, weight: 1.0}], max_iterations: 3, max_state_visits: 3,
       transitions: [{condition: on_success, target: REVIEW}, {condition: on_failure, target: STOP}]}
    REVIEW:
      {kind: Human, prompt: "Publish the audit?", default_response: "no", timeout: 1h,
       transitions: [{condition: input_equals_yes, target: PANEL}, {condition: input_equals, value: later, target: STOP}, {condition: always, target: STOP}]}
    PANEL:
      {kind: ParallelAgents, agents: [{agent: judge-a, input: "{{AUDIT.output}}", weight: 2.0}, {agent: judge-b, input: "{{AUDIT.output}}"}], consensus: {strategy: weighted_average, threshold: 0.8, agreement: 0.6, min_judges_required: 2},
       transitions: [{condition: consensus, threshold: 0.8, agreement: 0.6, target: NOTIFY}, {condition: always, target: STOP}]}
    NOTIFY: {kind: Subworkflow, workflow_id: count-once, mode: blocking, result_key: notified, input: "{{AUDIT.output}}", transitions: [{condition: always, target: SWEEP}]}
    SWEEP: {kind: ParallelContainerRun, completion: best_effort, steps: [{name: a, image: busybox, command: ["true"]}, {name: b, image: busybox, command: ["true"]}], transitions: [{condition: always, target: STOP}]}
    STOP: {kind: System, command: echo finished, transitions: []}
`;
    expect(fault(source)).toBe('accepted');
  });

  it('may be JSON text and may carry keys nobody knows outside of states', () => {
    const manifest = {
      apiVersion: '100monkeys.ai/v1',
      kind: 'Workflow',
      metadata: { name: 'json', owner: 'me' },
      spec: {
        initial_state: 'A',
        extra: 1,
        states: { A: { kind: 'System', command: 'true', transitions: [] } },
      },
    };
    expect(fault(JSON.stringify(manifest))).toBe('accepted');
  });
});

describe('a manifest that is refused', () => {
  it.each([
    ['text that is not YAML', 'a: [', /^YAML parse error/],
    ['text that is no mapping', 'hello', /^YAML parse error/],
    ['a missing states map', one('{}').replace(/ {2}states:[\s\S]*/, ''), /^YAML parse error: spec\.states/],
    [
      'another apiVersion',
      one(END.slice(5)).replace('monkeys.ai/v1', 'monkeys.ai/v2'),
      /^Invalid API version/,
    ],
    ['another kind', one(END.slice(5)).replace('kind: Workflow', 'kind: Agent'), /^Invalid kind/],
  ])('%s', (_, source, expected) => {
    expect(fault(source)).toMatch(expected);
  });

  it.each(['', '-a', 'a-', 'Upper', 'under_score', 'a'.repeat(64)])('the name %j', (name) => {
    const source = workflow('w', 'END', END).replace('{name: w}', JSON.stringify({ name }));
    expect(fault(source)).toMatch(/^Validation error: metadata\.name/);
  });

  it.each([
    [
      'an unknown key of a state',
      '{kind: Human, prompt: p, timeout_seconds: 5, transitions: []}',
      'timeout_seconds',
    ],
    [
      'volumes on an Agent state',
      '{kind: Agent, agent: a, input: i, volumes: [], transitions: []}',
      'volumes',
    ],
    ['a missing transitions list', '{kind: Human, prompt: p}', 'transitions'],
    ['an unknown kind', '{kind: Robot, transitions: []}', 'S.kind'],
    ['an input that is no text', '{kind: Agent, agent: a, input: {x: 1}, transitions: []}', 'S.input'],
    ['a transition without condition', '{kind: Human, prompt: p, transitions: [{target: END}]}', 'condition'],
    [
      'a condition of the approvals guide',
      '{kind: Human, prompt: p, transitions: [{condition: approved, target: END}]}',
      'condition',
    ],
    [
      'exit_code without value',
      '{kind: System, command: c, transitions: [{condition: exit_code, target: END}]}',
      'value',
    ],
    [
      'score_above without threshold',
      '{kind: System, command: c, transitions: [{condition: score_above, target: END}]}',
      'threshold',
    ],
    [
      'an unknown strategy',
      '{kind: ParallelAgents, agents: [], consensus: {strategy: dice}, transitions: []}',
      'strategy',
    ],
  ])('%s does not decode', (_, state, named) => {
    const message = fault(one(state));
    expect(message).toMatch(/^YAML parse error/);
    expect(message).toContain(named);
  });

  it.each([
    [
      'a target that does not exist',
      '{kind: Human, prompt: p, transitions: [{condition: always, target: NOWHERE}]}',
      "transition target 'NOWHERE'",
    ],
    [
      'a timeout that is no duration',
      '{kind: Human, prompt: p, timeout: soon, transitions: []}',
      "timeout 'soon'",
    ],
    ['a bare number as timeout', '{kind: Human, prompt: p, timeout: "90", transitions: []}', "timeout '90'"],
    ['no visits', '{kind: Human, prompt: p, max_state_visits: 0, transitions: []}', 'max_state_visits'],
    ['21 visits', '{kind: Human, prompt: p, max_state_visits: 21, transitions: []}', 'max_state_visits'],
    ['an empty command', '{kind: ContainerRun, name: n, image: i, command: [], transitions: []}', 'command'],
    ['an empty image', '{kind: ContainerRun, name: n, image: "", command: [x], transitions: []}', 'image'],
    [
      'a relative mount path',
      '{kind: ContainerRun, name: n, image: i, command: [x], volumes: [{name: v, mount_path: data}], transitions: []}',
      'mount_path',
    ],
    [
      'two steps of one name',
      '{kind: ParallelContainerRun, completion: all_succeed, steps: [{name: a, image: i, command: [x]}, {name: a, image: i, command: [x]}], transitions: []}',
      "step name 'a'",
    ],
    [
      'no steps',
      '{kind: ParallelContainerRun, completion: all_succeed, steps: [], transitions: []}',
      'steps',
    ],
    [
      'blocking without result_key',
      '{kind: Subworkflow, workflow_id: x, mode: blocking, transitions: []}',
      'result_key',
    ],
    [
      'result_key with fire_and_forget',
      '{kind: Subworkflow, workflow_id: x, mode: fire_and_forget, result_key: r, transitions: []}',
      'result_key',
    ],
    [
      'weights of confidence that do not sum to 1',
      '{kind: ParallelAgents, agents: [], consensus: {strategy: majority, confidence_weighting: {agreement_factor: 0.9}}, transitions: []}',
      'must sum to 1',
    ],
  ])('%s breaks a rule', (_, state, named) => {
    const message = fault(one(state));
    expect(message).toMatch(/^Validation error: state 'S'/);
    expect(message).toContain(named);
  });

  it.each([0, 101])('max_total_transitions of %i', (most) => {
    const source = workflow('w', 'END', END, `max_total_transitions: ${most}`);
    expect(fault(source)).toBe('Validation error: max_total_transitions must be between 1 and 100');
  });

  it('an initial state that does not exist', () => {
    expect(fault(workflow('w', 'START', END))).toContain("initial_state 'START'");
  });

  it('a volume that is not shared, once volumes are shared', () => {
    const state =
      '{kind: ContainerRun, name: n, image: i, command: [x], volumes: [{name: v, mount_path: /v}], transitions: []}';
    expect(fault(one(state))).toBe('accepted');
    expect(fault(one(state, 'storage: {shared_volumes: [{name: other}]}'))).toContain("volume 'v'");
  });
});

describe('registration', () => {
  const agentState = '{kind: Agent, agent: worker, input: i, judges: [{agent_id: judge}], transitions: []}';
  const options = { tenant: TENANT, force: false, global: false };

  it('refuses an agent or judge that is not deployed, and skips templated names', () => {
    const { service } = createHarness({ worker: () => 'ok' });
    const missingJudge = service.register(one(agentState), options);
    expect(missingJudge.ok ? '' : missingJudge.error).toContain("judge 'judge' of state 'S' is not deployed");
    const templated = service.register(one(agentState.replace('judge}', '"{{j}}"}')), options);
    expect(templated.ok).toBe(true);
  });

  it('refuses the same name and version once more, and replaces it with force under the same id', () => {
    const { service } = createHarness();
    const first = service.register(workflow('w', 'END', END), options);
    const again = service.register(workflow('w', 'END', END), options);
    const forced = service.register(workflow('w', 'END', END), { ...options, force: true });
    expect(again.ok ? '' : again.error).toContain("Workflow 'w' version '1.0.0' already exists");
    expect(forced.ok && first.ok && forced.value.id === first.value.id).toBe(true);
  });

  it('adds another version, which becomes the current one', () => {
    const { service } = createHarness();
    const versioned = (version: string) =>
      workflow('w', 'END', END).replace('{name: w}', `{name: w, version: "${version}"}`);
    service.register(versioned('2.0.0'), options);
    service.register(versioned('1.5.0'), options);
    expect(service.find('w', TENANT)?.version).toBe('1.5.0');
    expect(service.list(TENANT, { global: false, visible: false }).length).toBe(2);
  });
});
