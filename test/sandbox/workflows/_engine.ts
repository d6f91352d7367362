/** The workflow domain over a real store, with agents and executions that a test scripts. */
import { createBus } from '../../../src/sandbox/bus.js';
import { systemClock } from '../../../src/sandbox/clock.js';
import type {
  ActivityEvent,
  AgentRecord,
  AgentService,
  Clock,
  ExecutionRecord,
  ExecutionService,
  SandboxContext,
  Store,
  WorkflowExecutionRecord,
  WorkflowService,
} from '../../../src/sandbox/kernel.js';
import { openStore } from '../../../src/sandbox/store.js';
import { createWorkflows } from '../../../src/sandbox/workflows/index.js';

/** Tenant of all runs. */
export const TENANT = 'acme';

/** What an agent answers: its output, an Error for a failed execution, 'hang' to work until cancelled. */
export type Script = Readonly<Record<string, (input: string, call: number) => string | Error | 'hang'>>;

/** The domain, and shorthands for what tests do with it. */
export interface Harness {
  readonly service: WorkflowService;
  readonly store: Store;
  readonly stop: () => void;
  readonly resume: () => void;
  /** Inputs each agent was started with. */
  readonly inputs: Readonly<Record<string, string[]>>;
  /** Ids of cancelled executions. */
  readonly cancelled: readonly string[];
  register(yaml: string): void;
  start(workflow: string, input?: unknown): string;
  run(id: string): WorkflowExecutionRecord;
  /** Waits until the run has left `running`. */
  finished(id: string): Promise<WorkflowExecutionRecord>;
  eventTypes(id: string): readonly unknown[];
}

/** Opens the domain; the clock is the real one unless given. */
export function createHarness(
  script: Script = {},
  options: { readonly store?: Store; readonly clock?: Clock } = {},
): Harness {
  const stop = new AbortController();
  const store = options.store ?? openStore(':memory:');
  const context: SandboxContext = {
    dialect: 'live',
    clock: options.clock ?? systemClock,
    store,
    activity: createBus<ActivityEvent>(),
    files: '/nonexistent',
    signal: stop.signal,
    pace: 0,
  };
  const fake = scriptServices(script);
  const { service, resume } = createWorkflows(context, fake);
  const run = (id: string) => service.execution(id, TENANT) ?? raise(`no run ${id}`);
  return {
    service,
    store,
    inputs: fake.inputs,
    cancelled: fake.cancelled,
    stop: () => stop.abort(),
    resume,
    run,
    register: (yaml) => {
      const outcome = service.register(yaml, { tenant: TENANT, force: false, global: false });
      if (!outcome.ok) throw new Error(outcome.error);
    },
    start: (workflow, input = {}) => {
      const outcome = service.start({ workflow, tenant: TENANT, input, blackboard: null, intent: null });
      return outcome.ok ? outcome.value.execution_id : raise(outcome.error);
    },
    finished: async (id) => {
      await until(() => run(id).status !== 'running');
      return run(id);
    },
    eventTypes: (id) => service.logs(id, 1000, 0).map((event) => event.event_type),
  };
}

/** Polls until the condition holds; the test's own timeout bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.sleep(1, new AbortController().signal);
}

/** A manifest from its states, as YAML flow text. */
export function workflow(name: string, initial: string, states: string, rest = ''): string {
  return `apiVersion: 100monkeys.ai/v1
kind: Workflow
metadata: {name: ${name}}
spec:
  initial_state: ${initial}
${rest === '' ? '' : `  ${rest}\n`}  states:
${states.replace(/^/gm, '    ')}
`;
}

/** Registers workflow `w` of these states and plays it to its end. */
export async function play(
  harness: Harness,
  states: string,
  initial: string,
  input: unknown = {},
  rest = '',
): Promise<WorkflowExecutionRecord> {
  harness.register(workflow('w', initial, states, rest));
  return harness.finished(harness.start('w', input));
}

/** A state that ends a run. */
export const END = 'END: {kind: System, command: echo end, transitions: []}';

/** Runs one state, S, and reports where its transitions led; YES and END are there to be reached. */
export async function route(state: string, transitions: string, harness = createHarness()): Promise<string> {
  const yes = 'YES: {kind: System, command: "true", transitions: []}';
  const states = `S: {${state}, transitions: [${transitions}]}\n${yes}\n${END}`;
  return (await play(harness, states, 'S')).current_state;
}

/** A transition in YAML flow form; arguments follow the condition: `score_above, threshold: 0.9`. */
export function to(condition: string, target = 'YES'): string {
  return `{condition: ${condition}, target: ${target}}`;
}

function scriptServices(script: Script) {
  const inputs: Record<string, string[]> = {};
  const cancelled: string[] = [];
  const executions = new Map<string, ExecutionRecord>();
  let count = 0;
  const agents: AgentService = {
    ...{ deploy: unused, visible: unused, byId: unused, replace: unused, remove: unused },
    find: (name, tenant) => (Object.hasOwn(script, name) ? agentNamed(name, tenant) : undefined),
  };
  const service: ExecutionService = {
    ...{ get: unused, list: unused, remove: unused },
    start: ({ agent, tenant, input }) => {
      const calls = inputs[agent.name] ?? [];
      inputs[agent.name] = calls;
      calls.push(String(input));
      count += 1;
      const record = endedAs(
        `execution-${count}`,
        agent,
        tenant,
        script[agent.name]?.(String(input), calls.length),
      );
      executions.set(record.id, record);
      return { ok: true, value: record };
    },
    ended: async (id, signal) => {
      const record = executions.get(id) ?? raise(`no execution ${id}`);
      if (record.status === 'Running') await systemClock.sleep(60_000, signal);
      return record;
    },
    cancel: (id) => {
      cancelled.push(id);
      return { ok: true, value: executions.get(id) ?? raise(`no execution ${id}`) };
    },
  };
  return { agents, executions: service, inputs, cancelled };
}

function endedAs(
  id: string,
  agent: AgentRecord,
  tenant: string,
  answer: string | Error | undefined,
): ExecutionRecord {
  const failed = answer instanceof Error;
  const now = '2026-03-05T14:00:00.000Z';
  return {
    id,
    agent_id: agent.id,
    tenant_id: tenant,
    status: failed ? 'Failed' : answer === 'hang' ? 'Running' : 'Completed',
    started_at: now,
    ended_at: now,
    input: null,
    intent: null,
    iterations: 1,
    output: failed ? null : (answer ?? ''),
    error: failed ? answer.message : null,
  };
}

function agentNamed(name: string, tenant: string): AgentRecord {
  const now = '2026-03-05T14:00:00.000Z';
  const fixed = { version: '1', scope: 'tenant', status: 'active', manifest: {} } as const;
  return { id: name, tenant_id: tenant, name, ...fixed, created_at: now, updated_at: now };
}

/** What the engine must not need. */
function unused(): never {
  return raise('the workflow engine must not use this');
}

function raise(message: string): never {
  throw new Error(message);
}
