import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const failed = (status: number) => ({ status, json: { error: 'words of the server' } });

describe('HTTP 500', () => {
  it.each([
    ['revoke_credential', { credential_id: ID }, 'look at list_credentials'],
    ['rotate_credential', { credential_id: ID, value: 'hunter22' }, 'look at list_credentials'],
    ['add_grant', { credential_id: ID, agent_id: ID }, 'look at list_credentials'],
    ['revoke_grant', { credential_id: ID, grant_id: ID }, 'look at list_credentials'],
    ['oauth_initiate', { provider: 'github', redirect_uri: 'https://a/b' }, 'redirect_uri is no entry'],
    ['oauth_callback', { state: 'state-1', code: 'code-1' }, 'Start again with oauth_initiate'],
    ['device_poll', { device_code: 'device-1', provider: 'github' }, 'not the state of an OAuth flow'],
  ])('of %s names what it may mean', async (tool, args, next) => {
    const { text } = await callTool(server, tool, args, [failed(500)]);
    expect(text).toContain('words of the server');
    expect(text).toContain('The call may have taken effect');
    expect(text).toContain(next);
    expect(server.asked).toHaveLength(1);
  });
});

it('an unknown state begins anew', async () => {
  const args = { state: 'state-1', code: 'code-1' };
  const { text } = await callTool(server, 'oauth_callback', args, [failed(400)]);
  expect(text).toContain('Start again with oauth_initiate');
});

describe('tokens in an answer', () => {
  const tokens = { access_token: 'AT-1', refresh_token: 'RT-1', id_token: 'IT-1' };
  it.each([
    ['oauth_callback', { state: 'state-1', code: 'code-1' }, { id: ID, status: 'active' }],
    ['device_poll', { device_code: 'device-1', provider: 'github' }, { status: 'complete', binding_id: ID }],
  ])('of %s are not told', async (tool, args, told) => {
    const outcome = await callTool(server, tool, args, [{ json: { ...told, ...tokens } }]);
    expect(outcome).toMatchObject({ isError: false });
    expect(JSON.stringify(outcome)).not.toMatch(/AT-1|RT-1|IT-1/);
  });
});
