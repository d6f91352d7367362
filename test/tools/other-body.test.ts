/** A live server that is first met in the published form refuses the body with HTTP 400; the live form follows. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';
import type { CallOutcome } from '../../src/server/host.js';
import { type Answer, type ScriptedServer, startScriptedServer } from './_orchestrator.js';

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

/** The call once another tool has been answered in the published form. */
async function callAfterPublished(
  tool: string,
  args: unknown,
  answers: readonly Answer[],
): Promise<CallOutcome> {
  const flags = { url: server.url, toolsets: 'all', seal: 'off', journal: ':memory:', logLevel: 'silent' };
  const runtime = createRuntime(readConfig(flags, {}));
  const options = { signal: AbortSignal.timeout(10_000), progress: () => undefined };
  try {
    server.script([{ status: 404, empty: true }, { json: { value: 'x' } }]);
    await runtime.host.call('get_secret', { path: 'app/db' }, options);
    server.script(answers);
    return await runtime.host.call(tool, args, options);
  } finally {
    await runtime.close();
  }
}

const REFUSED = { status: 400, json: { error: 'Invalid JSON' } };

it.each([
  [
    'write_secret',
    { path: 'app', value: 'hunter22' },
    { value: 'hunter22' },
    { data: { value: 'hunter22' } },
    { status: 200, json: { status: 'written', path: 'app' } },
  ],
  [
    'store_api_key_credential',
    { name: 'robot', provider: 'google', api_key: 'hunter22', scope: `team:${ID}` },
    { name: 'robot', provider: 'google', api_key: 'hunter22', scope: `team:${ID}` },
    {
      provider: 'google',
      label: 'robot',
      value: 'hunter22',
      credential_type: 'secret',
      scope: `team:${ID}`,
    },
    { status: 201, json: { id: ID } },
  ],
] as const)('%s', async (tool, args, published, live, answer) => {
  const outcome = await callAfterPublished(tool, args, [REFUSED, answer]);
  expect(server.asked.map(({ body }) => body)).toEqual([published, live]);
  expect(outcome).toMatchObject({ isError: false });
});

it('what the live form is refused for is told, and not asked again in the published form', async () => {
  const answers = [REFUSED, { status: 400, json: { error: 'data is too large' } }];
  const outcome = await callAfterPublished('write_secret', { path: 'app', value: 'hunter22' }, answers);
  expect(outcome.text).toContain('data is too large');
  expect(server.asked).toHaveLength(2);
});
