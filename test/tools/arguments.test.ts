import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/tools/arguments.js';
import { refusalOf, row } from './_rows.js';

const parse = (name: string, raw: unknown, tenant?: string) => parseArguments(name, row(name), raw, tenant);
const refuse = (name: string, raw: unknown, tenant?: string) => refusalOf(() => parse(name, raw, tenant));

const ID = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';

describe('the published wrapper', () => {
  it('is taken beside the id, as the SDK method has it', () => {
    expect(parse('approve_request', { id: ID, request: { feedback: 'fine' } })).toEqual({
      id: ID,
      feedback: 'fine',
    });
  });

  it('may be left out', () => {
    expect(parse('approve_request', { id: ID, feedback: 'fine' })).toEqual({ id: ID, feedback: 'fine' });
  });

  it('is taken as JSON text', () => {
    expect(parse('update_agent_scope', { agent_id: ID, payload: '{"scope":"global"}' })).toEqual({
      agent_id: ID,
      scope: 'global',
    });
  });

  it('gives way to arguments outside of it', () => {
    const raw = { id: ID, feedback: 'outer', request: { feedback: 'inner' } };
    expect(parse('approve_request', raw)).toEqual({ id: ID, feedback: 'outer' });
  });

  it('may hold aliases', () => {
    expect(parse('attest_seal', { payload: { agent_public_key: 'AAAA' } })).toEqual({ public_key: 'AAAA' });
  });

  it('may be empty', () => {
    expect(parse('approve_request', { id: ID, request: {} })).toEqual({ id: ID });
  });

  it('has its unknown members named with the near miss', async () => {
    const error = await refuse('approve_request', { id: ID, request: { feedbak: 'fine' } });
    expect(error.message).toBe('approve_request: unknown argument "feedbak"; did you mean "feedback"?');
  });

  it.each([['text'], [5], [['scope']]])('is refused when it is %j', async (payload) => {
    const error = await refuse('update_agent_scope', { agent_id: ID, payload });
    expect(error.message).toContain('unknown argument "payload"');
  });

  it('stays an argument where the tool has one of that name', () => {
    const payload = { name: 'aegis.agent.list' };
    expect(parse('invoke_seal', { payload })).toEqual({ payload });
    expect(parse('run_workflow', { name: 'w', payload: { a: 1 } })).toEqual({ name: 'w', payload: { a: 1 } });
  });
});

describe('aliases', () => {
  it('are taken silently', () => {
    expect(parse('approve_request', { approval_id: ID })).toEqual({ id: ID });
    expect(parse('stream_execution', { execution_id: ID, token: 'c1' })).toEqual({
      execution_id: ID,
      cursor: 'c1',
    });
  });

  it('are unknown beside the argument they stand for', async () => {
    const error = await refuse('approve_request', { id: ID, approval_id: 'other' });
    expect(error.message).toContain('unknown argument "approval_id"');
  });

  it('are unknown beside another alias of the same argument', async () => {
    const error = await refuse('execute_temporal_workflow', { workflow_name: 'a', name: 'b' });
    expect(error.message).toContain('unknown argument "name"');
  });
});

describe('unknown arguments', () => {
  it('are refused with the near miss, the code and the list of arguments', async () => {
    const error = await refuse('list_executions', { agentid: ID });
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toBe('list_executions: unknown argument "agentid"; did you mean "agent_id"?');
    expect(error.next).toBe('Arguments: agent_id, workflow_name, limit.');
    expect(error.mayHaveRun).toBe(false);
  });

  it('are named all at once', async () => {
    const error = await refuse('health_ready', { verbose: true, xyz: 1 });
    expect(error.message).toBe('health_ready: unknown argument "verbose"; unknown argument "xyz".');
    expect(error.next).toBe('Arguments: none.');
  });

  it('are named in a message of bounded length', async () => {
    const raw = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, 1]));
    const error = await refuse('health_ready', { ['k'.repeat(1_000_000)]: 1, ...raw });
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).toContain(`unknown argument "${'k'.repeat(60)}…"`);
    expect(error.message).toContain('; 4991 more.');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('include %s', async (key) => {
    const raw: unknown = JSON.parse(`{"agent_id":"${ID}","${key}":{"polluted":true}}`);
    expect((await refuse('get_agent', raw)).message).toContain(`unknown argument "${key}"`);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('values', () => {
  it.each([
    ['list_executions', { limit: '5' }, { limit: 5 }],
    ['list_agents', { visible: 'false' }, { visible: false }],
    ['list_agents', { visible: 'True' }, { visible: true }],
    [
      'start_execution',
      { agent_id: ID, input: 'x', context_overrides: '{"a":{"b":1}}' },
      { agent_id: ID, input: 'x', context_overrides: { a: { b: 1 } } },
    ],
    ['create_api_key', { name: 'ci', scopes: '["agent:list"]' }, { name: 'ci', scopes: ['agent:list'] }],
  ])('of %s are read from text: %j', (name, raw, args) => {
    expect(parse(name, raw)).toEqual(args);
  });

  it('that may be any JSON stay text', () => {
    expect(parse('start_execution', { agent_id: ID, input: '{"a":1}' })).toMatchObject({ input: '{"a":1}' });
    expect(parse('start_execution', { agent_id: ID, input: '7' })).toMatchObject({ input: '7' });
  });

  it('that are text stay text though they look like numbers', () => {
    expect(parse('list_executions', { workflow_name: '42' })).toEqual({ workflow_name: '42' });
  });

  it('of null count as absent', () => {
    expect(parse('list_executions', { agent_id: null, limit: null })).toEqual({});
  });

  it('inside an object keep their nulls', () => {
    const payload = { spec: { task: null } };
    expect(parse('update_agent', { agent_id: ID, payload })).toEqual({ agent_id: ID, payload });
  });

  it.each([
    ['list_executions', { limit: 'five' }, /^list_executions: limit: /],
    ['list_executions', { limit: '5.5' }, /^list_executions: limit: /],
    ['list_executions', { limit: 1001 }, /^list_executions: limit: /],
    ['list_agents', { visible: 'maybe' }, /^list_agents: visible: /],
    ['start_execution', { agent_id: ID, input: 1, context_overrides: '[1]' }, /context_overrides: /],
    ['get_agent', {}, /^get_agent: agent_id: /],
    ['get_agent', { agent_id: '' }, /^get_agent: agent_id: /],
    ['get_agent', { agent_id: { id: ID } }, /^get_agent: agent_id: /],
    ['get_agent', { agent_id: 'x'.repeat(513) }, /^get_agent: agent_id: /],
    ['update_agent_scope', { agent_id: ID, scope: 'galaxy' }, /^update_agent_scope: scope: /],
  ])('of %s that do not fit are named by their path: %j', async (name, raw, message) => {
    const error = await refuse(name, raw);
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toMatch(message);
    expect(error.next).toBe('Correct the arguments and call again; nothing was sent.');
  });

  it.each([
    ['start_execution', { agent_id: ID }, 'start_execution: input: is missing.'],
    ['start_execution', { agent_id: ID, input: null }, 'start_execution: input: is missing.'],
    ['reject_request', { id: ID }, 'reject_request: reason: is missing.'],
  ])('that %s must have are named when they are missing: %j', async (name, raw, message) => {
    expect((await refuse(name, raw)).message).toBe(message);
  });

  it('that are wrong are all named', async () => {
    const error = await refuse('list_executions', { agent_id: 5, limit: -1 });
    expect(error.message).toMatch(/agent_id: .*; limit: /);
  });
});

describe('the arguments as a whole', () => {
  it.each([[undefined], [null], [{}]])('may be %j', (raw) => {
    expect(parse('list_agents', raw)).toEqual({});
  });

  it.each([[[]], ['{}'], [7], [true]])('may not be %j', async (raw) => {
    expect((await refuse('list_agents', raw)).message).toBe('list_agents: the arguments must be an object.');
  });

  it('may be large', () => {
    const input = { text: 'x'.repeat(4_000_000) };
    expect(parse('start_execution', { agent_id: ID, input })).toEqual({ agent_id: ID, input });
  });
});

describe('a tenant pinned by configuration', () => {
  it('is filled in where the tool takes one', () => {
    expect(parse('attest_seal', { public_key: 'AAAA' }, 'acme')).toEqual({
      public_key: 'AAAA',
      tenant_id: 'acme',
    });
  });

  it('cannot be overridden', async () => {
    const error = await refuse('attest_seal', { public_key: 'AAAA', tenant_id: 'other' }, 'acme');
    expect(error.message).toContain('unknown argument "tenant_id"');
  });

  it('does not reach tools without a tenant', () => {
    expect(parse('list_agents', {}, 'acme')).toEqual({});
  });

  it('is free where none is pinned', () => {
    const raw = { public_key: 'AAAA', tenant_id: 'other' };
    expect(parse('attest_seal', raw)).toEqual(raw);
  });
});

describe('arguments of great depth', () => {
  it('are refused before anything reads them', async () => {
    let input: unknown = 'x';
    for (let level = 0; level < 50_000; level += 1) input = [input];
    const error = await refuse('start_execution', { agent_id: ID, input });
    expect(error.message).toBe('start_execution: nested deeper than 128 levels.');
  });

  it('are taken as far as real ones go', () => {
    let input: unknown = 'x';
    for (let level = 0; level < 100; level += 1) input = [input];
    expect(parse('start_execution', { agent_id: ID, input })).toEqual({ agent_id: ID, input });
  });
});
