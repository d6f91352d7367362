import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('update_script', () => {
  it('changes nothing when the stored script cannot be read', async () => {
    const answers = [{ status: 404, json: { error: 'script not found' } }];
    await callTool(server, 'update_script', { script_id: ID, code: 'x' }, answers);
    expect(server.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  it('refuses a change of nothing', async () => {
    const { text } = await callTool(server, 'update_script', { script_id: ID }, []);
    expect(text).toContain('update_script: nothing to change.');
    expect(server.asked).toEqual([]);
  });
});
