import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const VOLUME = '6f1d2c3b-4a59-4e68-9d77-8c9bafbecd01';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

it('a refused path is told in the words about the path, not about the form of the other dialect', async () => {
  const refused = { status: 422, json: { error: 'invalid path: path traversal attempt' } };
  const framework = { status: 400, text: 'Failed to deserialize query string: missing field `path`' };
  const args = { volume_id: VOLUME, path: 'a/../b' };
  const { text } = await callTool(server, 'mkdir', args, [refused, framework]);
  expect(text).toMatch(/^Error refused \(HTTP 422\): .*path traversal attempt/);
});
