/** Literal requests of the dispatch gateway. */
import type { Case } from './_case.js';

const AGENT = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const DISPATCH = 'd15a7c40-0d0e-4b8e-9c43-6b1f5b1a0c01';
const json = 'application/json';

const GENERATE = {
  type: 'generate',
  agent_id: AGENT,
  execution_id: RUN,
  iteration_number: 1,
  model_alias: 'default',
  prompt: 'Task: Write a primality check',
  messages: [],
};
const COMMAND = {
  type: 'dispatch',
  dispatch_id: DISPATCH,
  action: 'exec',
  command: 'python',
  args: ['-m', 'pytest', 'test_prime.py'],
  cwd: '/workspace',
  env_additions: {},
  timeout_secs: 60,
  max_output_bytes: 524288,
};

export const CASES: readonly Case[] = [
  {
    tool: 'dispatch_gateway',
    dialect: 'live',
    args: {
      type: 'generate',
      agent_id: AGENT,
      execution_id: RUN,
      prompt: 'Task: Write a primality check',
    },
    asked: [{ method: 'POST', path: '/v1/dispatch-gateway', type: json, body: GENERATE }],
    answers: [{ json: { content: 'def is_prime(n): ...', tool_calls_executed: 2 } }],
    result: { type: 'final', content: 'def is_prime(n): ...', tool_calls_executed: 2 },
  },
  {
    tool: 'dispatch_gateway',
    dialect: 'live',
    args: {
      type: 'generate',
      agent_id: AGENT,
      execution_id: RUN,
      iteration_number: 2,
      model_alias: 'fast',
      prompt: 'Again.',
      messages: [{ role: 'user', content: 'Write a primality check' }],
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/dispatch-gateway',
        type: json,
        body: {
          ...GENERATE,
          iteration_number: 2,
          model_alias: 'fast',
          prompt: 'Again.',
          messages: [{ role: 'user', content: 'Write a primality check' }],
        },
      },
    ],
    answers: [{ json: COMMAND }],
    result: COMMAND,
  },
  {
    tool: 'dispatch_gateway',
    dialect: 'documented',
    args: {
      payload: {
        type: 'dispatch_result',
        execution_id: RUN,
        dispatch_id: DISPATCH,
        exit_code: 0,
        stdout: 'All tests passed.\n',
        duration_ms: 1243,
      },
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/dispatch-gateway',
        type: json,
        body: {
          type: 'dispatch_result',
          execution_id: RUN,
          dispatch_id: DISPATCH,
          exit_code: 0,
          stdout: 'All tests passed.\n',
          stderr: '',
          duration_ms: 1243,
          truncated: false,
        },
      },
    ],
    answers: [
      {
        json: {
          type: 'final',
          content: 'def is_prime(n): ...',
          tool_calls_executed: 2,
          conversation: [{ role: 'assistant', content: 'def is_prime(n): ...' }],
        },
      },
    ],
    result: {
      type: 'final',
      content: 'def is_prime(n): ...',
      tool_calls_executed: 2,
      conversation: [{ role: 'assistant', content: 'def is_prime(n): ...' }],
    },
  },
];
