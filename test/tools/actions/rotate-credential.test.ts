import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';
const SECRET = 'ghp_0123456789abcdef';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('rotate_credential', () => {
  it('explains why a value is needed', async () => {
    const answers = [{ status: 400, json: { error: 'missing field `value`' } }];
    const { text } = await callTool(server, 'rotate_credential', { credential_id: ID }, answers);
    expect(server.asked[0]?.body).toEqual({});
    expect(text).toContain('rotate_credential: value: is missing. This server makes no secrets of its own.');
    expect(text).toContain('give it as value; nothing was changed.');
  });

  it('leaves a refusal of a value as it is', async () => {
    const answers = [{ status: 400, json: { error: 'bad id' } }];
    const args = { credential_id: 'x', value: SECRET };
    const { text } = await callTool(server, 'rotate_credential', args, answers);
    expect(text).toContain('Error refused (HTTP 400): The server refused the request: bad id.');
  });

  it('says after a server error that the change may have been made', async () => {
    const answers = [{ status: 500, json: { error: 'vault unreachable' } }];
    const args = { credential_id: ID, value: SECRET };
    const { text } = await callTool(server, 'rotate_credential', args, answers);
    expect(text).toContain('may have taken effect');
  });
});
