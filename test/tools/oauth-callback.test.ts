import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from './_call.js';
import { type ScriptedServer, startScriptedServer } from './_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('oauth_callback', () => {
  it('is sent once, and says that it may have run', async () => {
    const busy = { status: 503, json: { error: 'busy' } };
    const { text } = await callTool(server, 'oauth_callback', { state: 'st', code: 'co' }, [busy, busy]);
    expect(server.asked).toHaveLength(1);
    expect(text).toContain('may have taken effect');
  });
});
