import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { createRuntime } from '../../../src/runtime/index.js';
import { callTool } from '../_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const coded = (status: number, error: string): Answer => ({ status, json: { error, message: 'its words' } });
const ingest = (answer: Answer) => callTool(server, 'ingest_stimulus', { content: 'x' }, [answer]);

async function send(answer: Answer): Promise<string> {
  const flags = { url: server.url, toolsets: 'all', seal: 'off', journal: ':memory:', logLevel: 'silent' };
  const runtime = createRuntime(readConfig(flags, { AEGIS_WEBHOOK_SECRETS: 'ci=whsec-ci' }));
  server.script([answer]);
  try {
    const options = { signal: AbortSignal.timeout(10_000), progress: () => undefined };
    return (await runtime.host.call('send_webhook', { source: 'ci', payload: {} }, options)).text;
  } finally {
    await runtime.close();
  }
}

it.each([
  [503, 'stimulus_service_unavailable', 'nothing was started', 'start the workflow itself with run_workflow'],
  [409, 'idempotent_duplicate', 'nothing was started again', 'Nothing is left to do'],
  [500, 'unregistered_webhook_source', 'nothing was started', 'Check the name of the source'],
  [422, 'no_router_configured', 'neither a route', 'Have its operator configure one'],
])('%i %s: %s', async (status, code, cause, next) => {
  const answer = coded(status, code);
  for (const text of [(await ingest(answer)).text, await send(answer)]) {
    expect(text).toContain(cause);
    expect(text).toContain('its words');
    expect(text).toContain(next);
    expect(text).not.toContain('may have taken effect');
  }
});

it.each([
  [422, 'classification_failed', 'Say more plainly'],
  [422, 'unknown_workflow', 'register_workflow'],
  [409, 'ambiguous_webhook_route', 'have its operator leave one'],
])('%i %s says what to do', async (status, code, next) => {
  expect((await ingest(coded(status, code))).text).toContain(next);
});

it('a workflow that did not start may have', async () => {
  const { text } = await ingest(coded(500, 'workflow_error'));
  expect(text).toContain('did not start: workflow_error: its words');
  expect(text).toContain('The call may have taken effect');
});

it.each([
  ['secret_not_found', 'have its operator set AEGIS_WEBHOOK_SECRET_<TENANT>_<SOURCE>'],
  ['invalid_signature', 'the same secret in AEGIS_WEBHOOK_SECRETS'],
])('a signature refused with %s', async (code, next) => {
  expect(await send(coded(401, code))).toContain(next);
});

it('a user whom Keycloak does not know yet', async () => {
  const answer: Answer = { status: 503, empty: true };
  const { text } = await callTool(server, 'keycloak_webhook', { type: 'REGISTER', user_id: 'u-1' }, [answer]);
  expect(text).toContain('repeat it once the user is in Keycloak');
});

it('an event of the Temporal worker refused to another identity names that account', async () => {
  const event = {
    event_type: 'WorkflowExecutionCompleted',
    execution_id: '00000000-0000-4000-8000-000000000001',
    temporal_sequence_number: 1,
    timestamp: '2026-01-01T00:00:00Z',
  };
  const { text } = await callTool(server, 'ingest_temporal_event', event, [
    { status: 401, text: 'Unauthorized' },
  ]);
  expect(text).toContain('Only the service account aegis-temporal-worker may report events');
});
