import { describe, expect, it } from 'vitest';
import { createHarness, play, route, TENANT, to } from './_engine.js';

describe('System and container states', () => {
  it.each([
    ['echo a && false && echo b', 1, 'a\n', ''],
    ['false || echo rescued', 0, 'rescued\n', ''],
    ['echo lost >&2; exit 7; echo never', 7, '', 'lost\n'],
    ['sh -c "echo $NAME"', 0, 'aegis\n', ''],
    ["echo 'a  b' c", 0, 'a  b c\n', ''],
    ['curl -sf http://x', 0, 'simulated: curl -sf http://x\n', ''],
  ])('%s', async (command, exit_code, stdout, stderr) => {
    const state = `A: {kind: System, env: {NAME: "{{workflow.who}}"}, command: ${JSON.stringify(command)}, transitions: []}`;
    const run = await play(createHarness(), state, 'A', { who: 'aegis' });
    expect(run.state_outputs.A).toMatchObject({ exit_code, stdout, stderr });
  });

  it('a container that fails is tried max_attempts times, and exit_code matches its code', async () => {
    const harness = createHarness();
    const state =
      'kind: ContainerRun, name: c, image: busybox, command: [sh, -c, exit 3], retry: {max_attempts: 3}';
    expect(await route(state, to('exit_code, value: 3'), harness)).toBe('YES');
    const [run] = harness.service.executions(TENANT, { limit: 1, offset: 0 });
    expect(run?.state_outputs.S).toMatchObject({ status: 'failed', attempts: 3, output: { exit_code: 3 } });
    expect(harness.eventTypes(run?.execution_id ?? '')).toContain('ContainerRunFailed');
  });

  it.each([
    ['all_succeed', 'END'],
    ['any_succeed', 'YES'],
    ['best_effort', 'YES'],
  ])('parallel containers, one of two failing, by %s lead to %s', async (completion, expected) => {
    const steps = 'steps: [{name: a, image: i, command: ["true"]}, {name: b, image: i, command: ["false"]}]';
    const state = `kind: ParallelContainerRun, completion: ${completion}, ${steps}`;
    expect(await route(state, `${to('on_success')}, ${to('on_failure', 'END')}`)).toBe(expected);
  });
});
