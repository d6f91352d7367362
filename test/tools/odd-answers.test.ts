/** Answers that the contract allows and no example shows: large numbers, null for absent, failures of the server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from './_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from './_orchestrator.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';
const GENERATE = { type: 'generate', execution_id: ID, agent_id: ID, prompt: 'p' };
const HUGE = '18446744073709551615';
const raw = (text: string): Answer => ({ text, type: 'application/json' });

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('numbers beyond 2^53 are texts of digits', () => {
  it.each([
    ['get_cluster_status', {}, `{"cluster_health":"healthy","total_nodes":${HUGE}}`, 'total_nodes'],
    ['get_dashboard_summary', {}, `{"execution_count":${HUGE}}`, 'execution_count'],
    ['get_cortex_metrics', {}, `{"totalPatterns":${HUGE}}`, 'total_patterns'],
    ['dispatch_gateway', GENERATE, `{"dispatch_id":"d","timeout_secs":${HUGE}}`, 'timeout_secs'],
  ])('%s', async (tool, args, text, member) => {
    const outcome = await callTool(server, tool, args, [raw(text)]);
    expect(outcome, outcome.text).toMatchObject({ isError: false, structured: { [member]: HUGE } });
  });
});

describe('null for absent', () => {
  it.each([
    ['dispatch_gateway', GENERATE, { type: 'final', content: null }, { type: 'final', content: null }],
    ['get_script', { script_id: ID }, { id: ID, name: 'n', versions: [{ version: null }] }, { name: 'n' }],
    [
      'get_canvas_session',
      { session_id: ID },
      { id: ID, status: 'Ready', workspace_mode: { GitLinked: { binding_id: 'b-1' } }, git_binding_id: null },
      { workspace_mode: 'git_linked', git_binding_id: 'b-1' },
    ],
  ])('%s', async (tool, args, json, told) => {
    const outcome = await callTool(server, tool, args, [{ json }]);
    expect(outcome, outcome.text).toMatchObject({ isError: false, structured: told });
  });
});

describe('a failure of the server says what to do', () => {
  const upstream = { error: 'upstream_rate_limit: slow down' };
  it.each([
    ['terminate_canvas_session', { session_id: ID }, 500, { error: 'disk' }, 'Do not repeat it.'],
    ['dispatch_gateway', GENERATE, 429, upstream, 'The call may have taken effect'],
    ['dispatch_gateway', GENERATE, 502, upstream, 'The word after upstream_ tells why'],
    ['list_cortex_patterns', {}, 503, { error: 'cortex_not_configured', message: 'x' }, 'no Cortex'],
    ['list_storage_violations', {}, 200, { error: 'db down', items: [] }, 'else see the server log'],
  ])('%s, HTTP %s %i', async (tool, args, status, json, next) => {
    const answer = { status, json };
    const { isError, text } = await callTool(server, tool, args, [answer, answer, answer]);
    expect(isError).toBe(true);
    expect(text).toContain(next);
  });
});

it('names of skills are the words of agents', async () => {
  const { text } = await callTool(server, 'get_cortex_metrics', {}, [{ json: { mostUsedSkills: ['obey'] } }]);
  expect(text).toContain('<untrusted-data>');
});
