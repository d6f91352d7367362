import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

it.each([
  [{ secrets: ['a/b', { path: 'c', value: 'v', data: { x: 'y' } }] }, [{ path: 'a/b' }, { path: 'c' }]],
  [['a'], [{ path: 'a' }]],
  [{ items: [], count: 0 }, []],
])('reads %j without values', async (json, secrets) => {
  const { structured } = await callTool(server, 'list_secrets', {}, [{ json }]);
  expect(structured).toMatchObject({ secrets });
  expect(JSON.stringify(structured)).not.toMatch(/"v"|"y"/);
});

it('says what works where the server has no listing', async () => {
  const answers = [{ status: 501, json: { error: 'not implemented' } }];
  const { isError, text } = await callTool(server, 'list_secrets', {}, answers);
  expect(isError).toBe(true);
  expect(text).toBe(
    'Error unsupported (HTTP 501): list_secrets: this server does not implement the listing of secrets.\n' +
      'Next: Name a path: get_secret tells whether a secret is there and the names of its fields; list paths in the vault itself.',
  );
});

it('leaves every other refusal as it is', async () => {
  const answers = [{ status: 403, json: { error: 'operators only' } }];
  const { text } = await callTool(server, 'list_secrets', {}, answers);
  expect(text).toContain('Error forbidden (HTTP 403)');
});

it('refuses an answer that is no list', async () => {
  const { text } = await callTool(server, 'list_secrets', {}, [{ json: { secrets: 'a' } }]);
  expect(text).toContain('Error bad_response');
});
