import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('validate_api_key', () => {
  it.each([
    [{ status: 401, json: { error: 'Invalid API key' } }, '{"valid":false}'],
    [{ status: 401, text: 'Unauthorized' }, 'Error unsupported (HTTP 401)'],
    [{ status: 503, json: { error: 'no database' } }, 'Error unavailable (HTTP 503)'],
    [{ status: 404, empty: true }, 'Error unsupported (HTTP 404)'],
  ] as const)('reads %j', async (answer, expected) => {
    const { text } = await callTool(server, 'validate_api_key', { api_key: 'aegis_abcdef' }, [answer]);
    expect(text).toContain(expected);
  });
});
