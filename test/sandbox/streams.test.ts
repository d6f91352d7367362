import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAgents } from '../../src/sandbox/agents.js';
import { createBus } from '../../src/sandbox/bus.js';
import { systemClock } from '../../src/sandbox/clock.js';
import { createExecutions } from '../../src/sandbox/executions.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import type { ActivityEvent, SseSink } from '../../src/sandbox/kernel.js';
import { openStore } from '../../src/sandbox/store.js';
import { streamAgent } from '../../src/sandbox/streams.js';
import {
  caller,
  deploy,
  execute,
  type ManifestParts,
  shareSandbox,
  useSandbox,
  waitForStatus,
} from './_sandbox.js';

const MISSING = '6f1c2f3e-0b52-4d55-9b0f-2f0f5a1f6f11';
const TERMINAL = ['execution_completed', 'execution_failed', 'execution_cancelled', 'execution_timed_out'];

type Json = ReturnType<typeof JSON.parse>;

interface Stream {
  readonly response: Response;
  /** Events until one satisfies `last`, the body ends ('end') or breaks ('broken'). */
  read(last?: (event: Json) => boolean): Promise<{ events: Json[]; how: 'last' | 'end' | 'broken' }>;
}

async function open(sandbox: Sandbox, path: string, headers?: Record<string, string>): Promise<Stream> {
  const authorization = `Bearer ${await sandbox.issueToken()}`;
  const response = await fetch(`${sandbox.url}${path}`, { headers: headers ?? { authorization } });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  return {
    response,
    async read(last = () => false) {
      const events: Json[] = [];
      let buffer = '';
      try {
        for (;;) {
          const chunk = await reader?.read();
          if (!chunk || chunk.done) return { events, how: 'end' };
          buffer += chunk.value;
          for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
            const block = buffer.slice(0, end);
            buffer = buffer.slice(end + 2);
            if (block.startsWith('data: ')) events.push(JSON.parse(block.slice(6)));
            if (events.length > 0 && last(events.at(-1))) {
              await reader?.cancel();
              return { events, how: 'last' };
            }
          }
        }
      } catch {
        return { events, how: 'broken' };
      }
    },
  };
}

const isTerminal = (event: Json) => TERMINAL.includes(event.event_type);
const types = (events: Json[]) => events.map((event) => event.event_type);

const live = shareSandbox({ pace: 2 });
const documented = shareSandbox({ dialect: 'documented', pace: 2 });

async function begin(parts: ManifestParts = {}, sandbox = live()) {
  const call = await caller(sandbox);
  const agentId = await deploy(call, parts);
  return { sandbox, call, agentId, id: await execute(call, agentId) };
}

/** Starts a run only when a stream of its agent is open, so that every live event is seen. */
async function watch(parts: ManifestParts, sandbox = live()) {
  const call = await caller(sandbox);
  const agentId = await deploy(call, parts);
  const stream = await open(sandbox, `/v1/agents/${agentId}/events?follow=true`);
  return { sandbox, agentId, stream, id: await execute(call, agentId) };
}

describe('GET /v1/executions/{id}/events', () => {
  test('sends the real sequence, with its shapes', async () => {
    const spec = { tools: ['fs.write'], execution: { validation: [{ type: 'exit_code' }] } };
    const { id, agentId, stream } = await watch({ spec });
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-cache');
    const { events } = await stream.read(isTerminal);
    expect(types(events)).toEqual([
      'execution_started',
      'iteration_started',
      'instance_spawned',
      'tool_invocation_requested',
      'tool_invocation_completed',
      'llm_interaction',
      'instance_terminated',
      'console_output',
      'iteration_completed',
      'gradient_validation_performed',
      'execution_completed',
    ]);
    expect(events[1]).toEqual({
      event_type: 'iteration_started',
      category: 'execution',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      execution_id: id,
      agent_id: agentId,
      iteration: 1,
      stage: 'iteration',
      message: expect.any(String),
      details: {
        type: 'execution',
        IterationStarted: {
          execution_id: id,
          agent_id: agentId,
          iteration_number: 1,
          action: 'Count the words in the input and print one integer.\n\nInput: one two three',
          started_at: expect.any(String),
        },
      },
    });
    expect([events[3].category, events[3].details.type]).toEqual(['mcp', 'm_c_p']);
    expect(events[9].details.Validation.GradientValidationPerformed).toMatchObject({
      score: 1,
      iteration_number: 1,
    });
    expect(events[10].iteration).toBe(null);
    expect(events[10].details.ExecutionCompleted).toMatchObject({ final_output: '3', total_iterations: 1 });
  });

  test('history is rebuilt without console, instance and tool events, and closes', async () => {
    const { sandbox, call, id } = await begin({ spec: { tools: ['fs.write'] } });
    await waitForStatus(call, id, 'Completed');
    const { events, how } = await (await open(sandbox, `/v1/executions/${id}/events?follow=false`)).read();
    expect(how).toBe('end');
    expect(types(events)).toEqual([
      'execution_started',
      'iteration_started',
      'llm_interaction',
      'iteration_completed',
      'execution_completed',
    ]);
  });

  test('follow does not close after the end: what comes later still arrives', async () => {
    const { sandbox, call, id } = await begin();
    const stream = await open(sandbox, `/v1/executions/${id}/events`);
    const reading = stream.read((event) => event.event_type === 'execution_cancelled');
    await waitForStatus(call, id, 'Completed');
    await call('POST', `/v1/executions/${id}/cancel`);
    const { events, how } = await reading;
    expect(how).toBe('last');
    expect(types(events).slice(-2)).toEqual(['execution_completed', 'execution_cancelled']);
    const replay = await (await open(sandbox, `/v1/executions/${id}/events?follow=false`)).read();
    expect(types(replay.events).at(-1)).toBe('execution_cancelled');
    expect(types(replay.events)).not.toContain('execution_completed');
  });

  test('an unknown id is 200 and a broken body', async () => {
    const stream = await open(live(), `/v1/executions/${MISSING}/events`);
    expect(stream.response.status).toBe(200);
    expect(await stream.read()).toEqual({ events: [], how: 'broken' });
  });

  test('a missing scope is 403 before the stream', async () => {
    const call = await caller(live(), { scopes: ['execution:read'] });
    const answer = await call('GET', `/v1/executions/${MISSING}/events`);
    expect([answer.status, answer.json]).toEqual([
      403,
      { error: 'insufficient_scope', required: 'execution:stream' },
    ]);
  });

  test('a time-out is live execution_timed_out, in the replay execution_failed', async () => {
    const { sandbox, id, stream } = await watch({ labels: { 'sandbox.aegis/timeout': 'true' } });
    const { events } = await stream.read(isTerminal);
    expect(events.at(-1)).toMatchObject({
      event_type: 'execution_timed_out',
      details: { ExecutionTimedOut: { timeout_seconds: 1800, total_iterations: 1 } },
    });
    const replay = await (await open(sandbox, `/v1/executions/${id}/events?follow=false`)).read();
    expect(types(replay.events).at(-1)).toBe('execution_failed');
  });

  test('label abort-stream-after breaks the first connection only', async () => {
    const { sandbox, id } = await begin({ labels: { 'sandbox.aegis/abort-stream-after': '2' } });
    const first = await (await open(sandbox, `/v1/executions/${id}/events`)).read();
    expect([types(first.events), first.how]).toEqual([['execution_started', 'iteration_started'], 'broken']);
    const second = await (await open(sandbox, `/v1/executions/${id}/events`)).read(isTerminal);
    expect(second.events.at(-1)?.event_type).toBe('execution_completed');
  });

  test('closing the sandbox breaks open streams', async () => {
    const { sandbox, id } = await begin({ labels: { 'sandbox.aegis/hang': 'true' } }, await useSandbox());
    const reading = (await open(sandbox, `/v1/executions/${id}/events`)).read();
    await sandbox.close();
    expect((await reading).how).toBe('broken');
  });
});

describe('GET /v1/agents/{id}/events', () => {
  test('is history only unless asked to follow', async () => {
    const { sandbox, call, agentId, id } = await begin();
    await waitForStatus(call, id, 'Completed');
    const history = await (await open(sandbox, `/v1/agents/${agentId}/events`)).read();
    expect([types(history.events).at(-1), history.how]).toEqual(['execution_completed', 'end']);
  });

  test('follows all executions of the agent and no others', async () => {
    const { sandbox, call, agentId, id } = await begin();
    const stream = await open(sandbox, `/v1/agents/${agentId}/events?follow=true`);
    const other = await execute(call, await deploy(call));
    const second = await execute(call, agentId);
    const last = (event: Json) => isTerminal(event) && event.execution_id === second;
    const { events } = await stream.read(last);
    const seen = new Set(events.map((event) => event.execution_id));
    expect([seen.has(id), seen.has(second), seen.has(other)]).toEqual([true, true, false]);
  });
});

describe('an agent stream that follows', () => {
  const NOBODY = {
    event_type: 'tenant_onboarded',
    category: 'tenant',
    timestamp: '2026-01-02T03:04:05Z',
    message: 'x',
  };

  /** Streams agent `a` over a bus of its own; gives what was sent and whether the stream broke. */
  async function follow(verbose: boolean, ...events: ActivityEvent[]) {
    const stop = new AbortController();
    const { signal } = stop;
    const store = openStore(':memory:');
    const activity = createBus<ActivityEvent>();
    const base = { dialect: 'live', clock: systemClock, files: '/nonexistent', pace: 0 } as const;
    const context = { ...base, store, activity, signal };
    const executions = createExecutions(context, createAgents(context));
    const sent: unknown[] = [];
    let broken = false;
    const sink: SseSink = {
      signal,
      send: async (data) => {
        sent.push(data);
        return true;
      },
      keepAlive: () => {},
      abort: () => {
        broken = true;
      },
    };
    const agent = { id: 'a', tenant: 'aegis-system' };
    const options = { follow: true, verbose, render: (event: ActivityEvent) => event.event_type };
    const done = streamAgent({ context, executions }, agent, sink, options);
    for (const event of events) activity.publish(event);
    await systemClock.sleep(0, signal);
    stop.abort();
    await done;
    store.close();
    return { sent, broken };
  }

  const mine = {
    ...NOBODY,
    event_type: 'agent_paused',
    category: 'agent_lifecycle',
    agent_id: 'a',
    details: {},
  };
  const others = { ...mine, event_type: 'agent_failed', agent_id: 'b' };
  const nobodys = { ...NOBODY, details: {} };
  const workflows = {
    ...NOBODY,
    event_type: 'workflow_state_entered',
    category: 'workflow',
    execution_id: MISSING,
    details: {},
  };

  test('passes its own events only', async () => {
    expect(await follow(false, mine, others, nobodys)).toEqual({ sent: ['agent_paused'], broken: false });
  });

  test('with verbose also passes events that belong to nobody', async () => {
    expect((await follow(true, mine, others, nobodys)).sent).toEqual(['agent_paused', 'tenant_onboarded']);
  });

  test('breaks on an event whose execution is no agent execution', async () => {
    expect(await follow(false, workflows, mine)).toEqual({ sent: [], broken: true });
  });
});

describe('a silent stream', () => {
  test('gets an empty comment after 15 seconds, again and again', async () => {
    const { sandbox, call, id } = await begin();
    await waitForStatus(call, id, 'Completed');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const authorization = `Bearer ${await sandbox.issueToken()}`;
    const response = await fetch(`${sandbox.url}/v1/executions/${id}/events`, { headers: { authorization } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('execution_completed')) text += (await reader?.read())?.value ?? '';
    vi.advanceTimersByTime(15_000);
    expect((await reader?.read())?.value).toBe(':\n\n');
    vi.advanceTimersByTime(15_000);
    expect((await reader?.read())?.value).toBe(':\n\n');
    await reader?.cancel();
  });
});

describe('GET /v1/executions/{id}/stream', () => {
  test('does not exist on the live server', async () => {
    const call = await caller(live());
    const answer = await call('GET', `/v1/executions/${MISSING}/stream`);
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  test('of the documented dialect sends one-key events and closes after the last', async () => {
    const { sandbox, id, agentId } = await begin({}, documented());
    const { events, how } = await (await open(sandbox, `/v1/executions/${id}/stream`)).read();
    expect(how).toBe('end');
    const keys = events.flatMap((event) => Object.keys(event));
    expect(keys.filter((key) => key !== 'iteration_output')).toEqual([
      'execution_started',
      'iteration_started',
      'iteration_completed',
      'execution_completed',
    ]);
    expect(events.at(-1).execution_completed).toEqual({
      execution_id: id,
      agent_id: agentId,
      final_output: '3',
      total_iterations: 1,
      completed_at: expect.any(String),
    });
  });

  test('of the documented dialect sends the output of an iteration as it comes', async () => {
    const { stream, id } = await watch({}, documented());
    const { events } = await stream.read((event) => 'execution_completed' in event);
    expect(events.find((event) => 'iteration_output' in event)).toEqual({
      iteration_output: { execution_id: id, iteration_number: 1, output: '3' },
    });
  });

  test('of the documented dialect takes the bearer in the query, tells failures and cancellations', async () => {
    const { sandbox, call, id } = await begin({ labels: { 'sandbox.aegis/hang': 'true' } }, documented());
    const token = await sandbox.issueToken();
    const stream = await open(sandbox, `/v1/executions/${id}/stream?token=${token}`, {});
    expect(stream.response.status).toBe(200);
    await call('POST', `/v1/executions/${id}/cancel`);
    const { events } = await stream.read();
    expect(events.at(-1).execution_failed.reason).toBe('Execution cancelled');
    expect((await call('GET', `/v1/executions/${MISSING}/stream`)).status).toBe(404);
    expect((await call('GET', `/v1/executions/${id}/events`)).status).toBe(404);
  });
});

describe('bus', () => {
  test('cuts off a subscriber more than 100 events behind, and only that one', async () => {
    const bus = createBus<number>();
    const { signal } = new AbortController();
    const slow = bus.subscribe(signal)[Symbol.asyncIterator]();
    const fast = bus.subscribe(signal)[Symbol.asyncIterator]();
    for (let number = 0; number < 101; number += 1) {
      bus.publish(number);
      expect((await fast.next()).value).toBe(number);
    }
    await expect(slow.next()).rejects.toThrow('subscriber lagged more than 100 events behind');
  });

  test('keeps 100 unread events, counted from the subscription', async () => {
    const bus = createBus<number>();
    const stop = new AbortController();
    bus.publish(-1);
    const events = bus.subscribe(stop.signal);
    for (let number = 0; number < 100; number += 1) bus.publish(number);
    const read: number[] = [];
    for await (const event of events) {
      read.push(event);
      if (event === 99) stop.abort();
    }
    expect([read.length, read[0]]).toEqual([100, 0]);
  });
});
