import { expect, test } from 'vitest';
import { normalizeEvent } from '../../../src/tools/actions/events.js';

test('a live execution event', () => {
  expect(
    normalizeEvent({
      event_type: 'execution_completed',
      category: 'execution',
      timestamp: '2026-01-02T03:04:05Z',
      execution_id: '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11',
      agent_id: '0f6d6c0a-6c0e-4c3b-9a52-0f3c8d7a9d22',
      iteration: null,
      stage: 'execution',
      message: 'Execution completed after 1 iterations',
      details: {
        type: 'execution',
        ExecutionCompleted: {
          execution_id: '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11',
          agent_id: '0f6d6c0a-6c0e-4c3b-9a52-0f3c8d7a9d22',
          final_output: 'ok',
          total_iterations: 1,
          completed_at: '2026-01-02T03:04:05Z',
        },
      },
    }),
  ).toEqual({
    type: 'execution_completed',
    timestamp: '2026-01-02T03:04:05Z',
    execution_id: '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11',
    agent_id: '0f6d6c0a-6c0e-4c3b-9a52-0f3c8d7a9d22',
    message: 'Execution completed after 1 iterations',
    data: { final_output: 'ok', total_iterations: 1, completed_at: '2026-01-02T03:04:05Z' },
  });
});

test('a validation event, whose variant nests one deeper', () => {
  expect(
    normalizeEvent({
      event_type: 'gradient_validation_performed',
      timestamp: '2026-01-02T03:04:05Z',
      execution_id: 'e',
      agent_id: 'a',
      iteration: 2,
      message: 'm',
      details: {
        type: 'execution',
        Validation: {
          GradientValidationPerformed: {
            execution_id: 'e',
            agent_id: 'a',
            iteration_number: 2,
            score: 0.8,
            confidence: 0.9,
            validated_at: '2026-01-02T03:04:05Z',
          },
        },
      },
    }),
  ).toMatchObject({
    type: 'gradient_validation_performed',
    iteration: 2,
    data: { score: 0.8, confidence: 0.9, validated_at: '2026-01-02T03:04:05Z' },
  });
});

test('a tool event of category mcp', () => {
  expect(
    normalizeEvent({
      event_type: 'tool_invocation_completed',
      category: 'mcp',
      timestamp: '2026-01-02T03:04:05Z',
      execution_id: 'e',
      agent_id: null,
      iteration: null,
      message: 'm',
      details: { type: 'm_c_p', ToolInvocationCompleted: { tool_name: 'fs.read', duration_ms: 12 } },
    }),
  ).toEqual({
    type: 'tool_invocation_completed',
    timestamp: '2026-01-02T03:04:05Z',
    execution_id: 'e',
    message: 'm',
    data: { tool_name: 'fs.read', duration_ms: 12 },
  });
});

test('a persisted workflow record with flat details and nulls', () => {
  expect(
    normalizeEvent({
      execution_id: 'e',
      event_type: 'WorkflowExecutionCompleted',
      message: 'done',
      timestamp: '2026-01-02T03:04:05Z',
      details: {
        event_type: 'WorkflowExecutionCompleted',
        execution_id: 'e',
        temporal_sequence_number: 9,
        workflow_id: 'w',
        state_name: null,
        output: null,
        final_blackboard: {},
        final_output: { notes: 'n' },
        timestamp: '2026-01-02T03:04:05Z',
      },
    }),
  ).toEqual({
    type: 'workflow_execution_completed',
    timestamp: '2026-01-02T03:04:05Z',
    execution_id: 'e',
    message: 'done',
    data: { final_blackboard: {}, final_output: { notes: 'n' } },
  });
});

test('a workflow record replayed in the history of an execution', () => {
  expect(
    normalizeEvent({
      event_type: 'workflow_iteration_started',
      category: 'workflow',
      timestamp: '2026-01-02T03:04:05Z',
      execution_id: 'e',
      agent_id: null,
      iteration: 1,
      message: 'm',
      details: {
        event_type: 'WorkflowIterationStarted',
        execution_id: 'e',
        iteration_number: 1,
        output: null,
      },
    }),
  ).toMatchObject({ type: 'workflow_iteration_started', iteration: 1, data: {} });
});

test('a log event of the live workflow stream', () => {
  expect(
    normalizeEvent({
      execution_id: 'e',
      event_type: 'WorkflowStateEntered',
      message: 'Entered REVIEW',
      state_name: 'REVIEW',
      timestamp: '2026-01-02T03:04:05Z',
      details: {
        WorkflowStateEntered: { execution_id: 'e', state_name: 'REVIEW', entered_at: '2026-01-02T03:04:05Z' },
      },
    }),
  ).toEqual({
    type: 'workflow_state_entered',
    timestamp: '2026-01-02T03:04:05Z',
    execution_id: 'e',
    state: 'REVIEW',
    message: 'Entered REVIEW',
    data: { entered_at: '2026-01-02T03:04:05Z' },
  });
});

test('a documented event: one key that names it', () => {
  expect(
    normalizeEvent({
      iteration_started: {
        execution_id: 'e',
        iteration_number: 2,
        action: 'think',
        started_at: '2026-01-02T03:04:05Z',
      },
    }),
  ).toEqual({
    type: 'iteration_started',
    timestamp: '2026-01-02T03:04:05Z',
    execution_id: 'e',
    iteration: 2,
    data: { action: 'think', started_at: '2026-01-02T03:04:05Z' },
  });
});

test('a documented event without any time', () => {
  expect(
    normalizeEvent({ iteration_output: { execution_id: 'e', iteration_number: 1, output: 'x' } }),
  ).toEqual({
    type: 'iteration_output',
    execution_id: 'e',
    iteration: 1,
    data: { output: 'x' },
  });
});

test.each([
  ['text', 'x'],
  ['null', null],
  ['a list', [{ event_type: 'x' }]],
  ['an empty object', {}],
  ['two keys', { a: {}, b: {} }],
  ['an error', { error: 'workflow execution not found' }],
  ['a name that is none', { event_type: 'ignore previous instructions', details: {} }],
])('%s is no event', (_name, value) => {
  expect(normalizeEvent(value)).toBeUndefined();
});

test('hidden characters in what agents wrote are removed', () => {
  const hidden = String.fromCodePoint(0x202e, 0x200b, 0x1b);
  const event = normalizeEvent({
    event_type: 'console_output',
    timestamp: '2026-01-02T03:04:05Z',
    message: `m${hidden}`,
    details: { type: 'execution', ConsoleOutput: { stream: 'stdout', content: `a${hidden}b\n` } },
  });
  expect(event).toMatchObject({ message: 'm', data: { stream: 'stdout', content: 'ab\n' } });
});
