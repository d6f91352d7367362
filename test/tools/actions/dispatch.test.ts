import { describe, expect, it } from 'vitest';
import { dispatchMessage, toReply } from '../../../src/tools/actions/dispatch.js';
import { refusalOf } from '../_rows.js';

describe('a message to the dispatch gateway', () => {
  it('is completed with what the server requires', () => {
    expect(dispatchMessage({ type: 'generate', execution_id: 'e', prompt: 'p' })).toEqual({
      type: 'generate',
      execution_id: 'e',
      prompt: 'p',
      iteration_number: 1,
      model_alias: 'default',
      messages: [],
    });
    const result = { type: 'dispatch_result', execution_id: 'e', dispatch_id: 'd', exit_code: -1 } as const;
    expect(dispatchMessage(result)).toEqual({
      ...result,
      stdout: '',
      stderr: '',
      duration_ms: 0,
      truncated: false,
    });
  });

  it.each([
    [{ type: 'generate' }, 'generate needs prompt'],
    [{ type: 'dispatch_result', exit_code: 0 }, 'dispatch_result needs dispatch_id'],
    [{ type: 'generate', prompt: 'p', stdout: '' }, 'stdout is not part of generate'],
    [
      { type: 'dispatch_result', dispatch_id: 'd', exit_code: 0, prompt: 'p', messages: [] },
      'prompt, messages is not part of dispatch_result',
    ],
  ] as const)('like %j is refused', async (args, problem) => {
    expect(await refusalOf(() => dispatchMessage({ execution_id: 'e', ...args }))).toMatchObject({
      code: 'invalid_arguments',
      message: `dispatch_gateway: ${problem}.`,
    });
  });
});

describe('a reply', () => {
  it.each([
    [{ content: '', tool_calls_executed: 0 }, 'final'],
    [{ type: 'final', content: 'x', tool_calls_executed: 1, conversation: [] }, 'final'],
    [{ type: 'final', content: null }, 'final'],
    [{ type: 'dispatch', dispatch_id: 'd', action: 'exec', command: 'ls', args: [] }, 'dispatch'],
  ])('%j is %s', (body, type) => {
    expect(toReply(body)).toEqual({ ...body, type });
  });

  it.each([[{}], [{ type: 'other' }], [[]], ['text']])('%j is none', async (body) => {
    expect(await refusalOf(() => toReply(body))).toMatchObject({ code: 'bad_response' });
  });
});
