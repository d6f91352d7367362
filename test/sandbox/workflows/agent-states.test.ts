import { describe, expect, it } from 'vitest';
import { createHarness, route, TENANT, to } from './_engine.js';

describe('Agent states', () => {
  const agent = 'kind: Agent, agent: worker, input: go';

  it('fail the run when the agent fails, with a failed iteration in the log', async () => {
    const harness = createHarness({ worker: () => new Error('no luck') });
    expect(await route(agent, to('always'), harness)).toBe('S');
    const [run] = harness.service.executions(TENANT, { limit: 1, offset: 0 });
    const types = harness.eventTypes(run?.execution_id ?? '');
    expect(types.slice(2)).toEqual([
      'WorkflowIterationStarted',
      'WorkflowIterationFailed',
      'WorkflowExecutionFailed',
    ]);
  });

  it('go on when the agent fails and on_failure leads somewhere', async () => {
    const harness = createHarness({ worker: () => new Error('no luck') });
    expect(await route(agent, `${to('on_success', 'END')}, ${to('on_failure')}`, harness)).toBe('YES');
  });

  it('run again with the verdict until the judges approve', async () => {
    const scores = ['{"score": 0.2}', 'I say {"score": 0.95, "confidence": 0.8}'];
    const harness = createHarness({ worker: () => 'draft', judge: (_, call) => scores[call - 1] ?? '' });
    const judged = `${agent}, judges: [{agent_id: judge}]`;
    expect(await route(judged, to('score_above, threshold: 0.9'), harness)).toBe('YES');
    expect(harness.inputs.worker?.length).toBe(2);
    expect(harness.inputs.worker?.[1]).toContain('Validation failed with score 0.2');
  });

  it('stop at max_iterations and keep the last score', async () => {
    const harness = createHarness({ worker: () => 'draft', judge: () => '{"score": 0.3}' });
    const judged = `${agent}, judges: [{agent_id: judge}], max_iterations: 2`;
    expect(await route(judged, to('score_below, threshold: 0.5'), harness)).toBe('YES');
    expect(harness.inputs.worker?.length).toBe(2);
  });

  it('take a judge that states no score as approving', async () => {
    const harness = createHarness({ worker: () => 'draft', judge: () => 'looks fine' });
    const judged = `${agent}, judges: [{agent_id: judge}]`;
    expect(await route(judged, to('score_and_confidence_above, threshold: 0.8'), harness)).toBe('YES');
  });

  it('do not start the agent when the pre-execution validator refuses', async () => {
    const harness = createHarness({ worker: () => 'x', guard: () => '{"score": 0.1}' });
    const guarded = `${agent}, pre_execution_validator: guard`;
    expect(await route(guarded, to('on_failure'), harness)).toBe('YES');
    expect(harness.inputs.worker).toBeUndefined();
  });

  it('hand the output to an agent handler', async () => {
    const harness = createHarness({ worker: () => 'report', mailer: () => 'sent' });
    await route(
      `${agent}, output_handler: {type: agent, agent_id: mailer, input_template: "Send {{output}}"}`,
      '',
      harness,
    );
    expect(harness.inputs.mailer).toEqual(['Send report']);
  });

  it('fail on a required handler the sandbox does not have, and pass over an optional one', async () => {
    const handler = (required: boolean) =>
      `${agent}, output_handler: {type: webhook, url: "https://example.test", required: ${required}}`;
    const harness = () => createHarness({ worker: () => 'report' });
    expect(await route(handler(true), to('on_failure'), harness())).toBe('YES');
    expect(await route(handler(false), to('on_success'), harness())).toBe('YES');
  });
});

describe('ParallelAgents states', () => {
  const panel = (consensus: string, rest = '') =>
    `kind: ParallelAgents, agents: [{agent: a, input: x, weight: 3}, {agent: b, input: x}], consensus: {${consensus}}${rest}`;
  const harness = (a: string | Error, b: string | Error) => createHarness({ a: () => a, b: () => b });
  const [high, low] = ['{"score": 1}', '{"score": 0.2}'];

  it.each([
    ['weighted_average', 'strategy: weighted_average', 'score_between, min: 0.79, max: 0.81'],
    ['unanimous', 'strategy: unanimous', 'score_between, min: 0.19, max: 0.21'],
    ['best_of_n', 'strategy: best_of_n, n: 1', 'score_above, threshold: 0.99'],
    ['majority without one', 'strategy: majority', 'score_below, threshold: 0.21'],
  ])('combine verdicts by %s', async (_, consensus, condition) => {
    expect(await route(panel(consensus), to(condition), harness(high, low))).toBe('YES');
  });

  it('reach consensus only with score and agreement', async () => {
    const condition = to('consensus, threshold: 0.8, agreement: 0.6');
    const average = panel('strategy: weighted_average');
    expect(await route(average, condition, harness(high, high))).toBe('YES');
    expect(await route(average, condition, harness(high, low))).toBe('S');
  });

  it('know all_approved and any_rejected', async () => {
    const average = panel('strategy: weighted_average');
    const transitions = `${to('all_approved', 'END')}, ${to('any_rejected')}`;
    expect(await route(average, transitions, harness(high, high))).toBe('END');
    expect(await route(average, transitions, harness(high, low))).toBe('YES');
  });

  it('fail with fewer verdicts than min_judges_required', async () => {
    const strict = panel('strategy: unanimous, min_judges_required: 2');
    expect(await route(strict, to('on_failure'), harness(high, new Error('down')))).toBe('YES');
    expect(
      await route(panel('strategy: unanimous'), to('on_success'), harness(high, new Error('down'))),
    ).toBe('YES');
  });

  it('let judges_for_parallel rate the outputs', async () => {
    const harness = createHarness({ a: () => 'one', b: () => 'two', judge: () => '{"score": 0.4}' });
    const judged = panel('strategy: majority', ', judges_for_parallel: [{agent_id: judge}]');
    expect(await route(judged, to('score_between, min: 0.4, max: 0.4'), harness)).toBe('YES');
    expect(harness.inputs.judge?.[0]).toContain('one\n\n---\n\ntwo');
  });

  it('count an agent that exceeds its timeout as without verdict', async () => {
    const harness = createHarness({ a: () => 'hang', b: () => high });
    const slow =
      'kind: ParallelAgents, agents: [{agent: a, input: x, timeout_seconds: 0}, {agent: b, input: x}], consensus: {strategy: unanimous}';
    expect(await route(slow, to('score_above, threshold: 0.9'), harness)).toBe('YES');
  });
});
