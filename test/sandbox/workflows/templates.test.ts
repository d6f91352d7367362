import { describe, expect, it } from 'vitest';
import { createHarness, play, route, workflow } from './_engine.js';

describe('templates', () => {
  const echo = async (template: string, input: unknown = {}) => {
    const states = `FIRST: {kind: System, command: echo <one>, transitions: [{condition: always, target: S, feedback: "code {{FIRST.exit_code}}"}]}
S: {kind: System, command: ${JSON.stringify(template)}, transitions: []}`;
    const run = await play(createHarness(), states, 'FIRST', input);
    return Reflect.get(Object(run.state_outputs.S), 'stdout');
  };

  it.each([
    ["echo '{{workflow.period}}'", 'q1\n'],
    ["echo '{{input.period}}'", 'q1\n'],
    ["echo '{{blackboard.workflow.period}}'", 'q1\n'],
    ["echo '[{{nothing.at.all}}]'", '[]\n'],
    ["echo '{{workflow.html}}'", '<a> & b\n'],
    ["echo '{{feedback}}'", 'code 0\n'],
    ["echo '{{json workflow.list}} {{length workflow.list}} {{upper workflow.period}}'", '[1,2] 2 Q1\n'],
    ["echo '{{default workflow.none workflow.period}}'", 'q1\n'],
  ])('%s', async (template, expected) => {
    expect(await echo(template, { period: 'q1', html: '<a> & b', list: [1, 2] })).toBe(expected);
  });

  it('make final_output, typed as output_schema says, in the record and in the last log entry', async () => {
    const harness = createHarness({ worker: () => '42' });
    const metadata = `{name: w, output_template: {answer: "{{A.output}}", text: "{{A.output}}", wrong: "{{A.status}}"}, output_schema: {properties: {answer: {type: integer}, wrong: {type: number}}}}`;
    harness.register(
      workflow('w', 'A', 'A: {kind: Agent, agent: worker, input: x, transitions: []}').replace(
        '{name: w}',
        metadata,
      ),
    );
    const run = await harness.finished(harness.start('w'));
    const expected = { answer: 42, text: '42', wrong: 'completed' };
    expect(run.final_output).toEqual(expected);
    expect(harness.service.logs(run.execution_id, 100, 0).at(-1)?.details).toMatchObject({
      final_output: expected,
    });
  });
});

describe('custom conditions', () => {
  it.each([
    ['S.stdout', 'YES'],
    ['S.stderr', 'S'],
    ['eq state_output.exit_code 0', 'YES'],
    ['{{gt S.exit_code 0}}', 'S'],
    ['no such helper', 'S'],
  ])('%s leads to %s', async (expression, expected) => {
    const transition = `{condition: custom, expression: ${JSON.stringify(expression)}, target: YES}`;
    expect(await route('kind: System, command: echo x', transition)).toBe(expected);
  });
});
