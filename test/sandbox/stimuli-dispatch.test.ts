import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { request, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const PREFIX = 'Failed to deserialize the JSON body into the target type: ';

const GENERATE = { type: 'generate', agent_id: 'a', execution_id: 'e', iteration_number: 1 };
const RESULT = {
  ...{ type: 'dispatch_result', execution_id: 'e', exit_code: 0, stdout: '', stderr: '' },
  ...{ duration_ms: 12, truncated: false },
};

const ask = (url: string, json: unknown) => request(`${url}/v1/dispatch-gateway`, 'POST', { json });

describe('the real server', () => {
  const live = shareSandbox();
  const generate = (prompt: string, more: object = {}) => ask(live().url, { ...GENERATE, prompt, ...more });
  const result = (dispatch_id: unknown, more: object = {}) =>
    ask(live().url, { ...RESULT, dispatch_id, ...more });

  test('answers a prompt without commands at once, without credentials, type and conversation', async () => {
    const answer = await generate('Count the words');
    expect([answer.status, answer.json]).toEqual([200, { content: '3', tool_calls_executed: 0 }]);
  });

  test('has the commands of the prompt run one after the other', async () => {
    const prompt = 'Test the project.\n  sandbox:run python -m  pytest test_prime.py  \nsandbox:run ls';
    const first = await generate(prompt);
    expect(first.json).toEqual({
      type: 'dispatch',
      dispatch_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      action: 'exec',
      command: 'python',
      args: ['-m', 'pytest', 'test_prime.py'],
      cwd: '/workspace',
      env_additions: {},
      timeout_secs: 60,
      max_output_bytes: 524_288,
    });
    const second = await result(first.json.dispatch_id, { stdout: 'passed' });
    expect(second.json).toMatchObject({ type: 'dispatch', command: 'ls', args: [] });
    const last = await result(second.json.dispatch_id, { stdout: 'a.py\n' });
    expect(last.json).toEqual({ content: 'a.py', tool_calls_executed: 2 });
  });

  test('tells a failed command', async () => {
    const { dispatch_id } = (await generate('sandbox:run false')).json;
    const answer = await result(dispatch_id, { exit_code: -1, stderr: 'no such file\n' });
    expect(answer.json.content).toBe('The command failed with exit code -1: no such file');
  });

  test('takes a result once, from its own execution', async () => {
    const { dispatch_id } = (await generate('sandbox:run ls')).json;
    expect((await result(dispatch_id, { execution_id: 'another' })).status).toBe(500);
    const answers = await Promise.all([result(dispatch_id), result(dispatch_id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 500]);
    const unknown = await result(NOBODY);
    expect([unknown.status, unknown.json]).toEqual([500, { error: expect.any(String) }]);
  });

  test.each([
    [429, 'upstream_rate_limit'],
    [502, 'upstream_authentication'],
    [502, 'upstream_model_not_found'],
    [502, 'upstream_invalid_input'],
    [502, 'upstream_network'],
    [502, 'upstream_provider'],
    [503, 'upstream_unavailable'],
  ])('a prompt can ask for %i %s', async (status, code) => {
    const answer = await generate(`Please: sandbox:${code}.`);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error: expect.stringMatching(new RegExp(`^${code}: .`)) });
  });

  test('a prompt that asks for no known failure is ordinary', async () => {
    expect((await generate('sandbox:upstream_coffee')).status).toBe(200);
  });

  test.each([
    ['no type', { prompt: 'x' }],
    ['an unknown type', { type: 'final' }],
    ['no agent', { ...GENERATE, prompt: 'x', agent_id: undefined }],
    ['no prompt', GENERATE],
    ['an iteration over 255', { ...GENERATE, prompt: 'x', iteration_number: 256 }],
    ['messages without a role', { ...GENERATE, prompt: 'x', messages: [{ content: 'x' }] }],
    ['a dispatch_id that is no UUID', { ...RESULT, dispatch_id: 'x' }],
    ['an exit code beyond 32 bits', { ...RESULT, dispatch_id: NOBODY, exit_code: 2 ** 31 }],
    ['no truncated', { ...RESULT, dispatch_id: NOBODY, truncated: undefined }],
    ['a list', []],
    ['null', null],
  ])('refuses %s with 422 text', async (_title, json) => {
    const answer = await ask(live().url, json);
    expect([answer.status, answer.text.slice(0, PREFIX.length)]).toEqual([422, PREFIX]);
  });

  test('is quick with a prompt of a million line ends', async () => {
    const before = performance.now();
    expect((await generate('\n'.repeat(1_000_000))).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

test('a dispatch goes on after a restart', async () => {
  const data = useDirectory();
  const before = await startSandbox({ data });
  const { dispatch_id } = (await ask(before.url, { ...GENERATE, prompt: 'sandbox:run ls' })).json;
  await before.close();
  const { url } = await useSandbox({ data });
  const answer = await ask(url, { ...RESULT, dispatch_id, stdout: 'x' });
  expect(answer.json).toEqual({ content: 'x', tool_calls_executed: 1 });
});

test('the published reference: type and conversation of the final answer; the agent may be left out', async () => {
  const { url } = await useSandbox({ dialect: 'documented' });
  const { agent_id: _agent, ...generate } = GENERATE;
  const messages = [{ role: 'system', content: 'Be brief.' }];
  const prompt = 'sandbox:run ls';
  const { dispatch_id } = (await ask(url, { ...generate, prompt, messages })).json;
  const final = await ask(url, { ...RESULT, dispatch_id, stdout: 'a' });
  expect(final.json).toEqual({
    type: 'final',
    content: 'a',
    tool_calls_executed: 1,
    conversation: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'sandbox:run ls' },
      {
        role: 'tool',
        content: '{"exit_code":0,"stdout":"a","stderr":"","truncated":false}',
        tool_call_id: dispatch_id,
      },
      { role: 'assistant', content: 'a' },
    ],
  });
  const wrong = await ask(url, { type: 'generate' });
  expect([wrong.status, wrong.json]).toEqual([422, { error: expect.stringContaining(PREFIX) }]);
});
