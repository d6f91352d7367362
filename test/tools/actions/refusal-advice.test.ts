/** Refusals whose general advice would lead nowhere. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

it('a price that the payment provider does not know leads to the prices, and nothing was charged', async () => {
  const answer = { status: 500, json: { error: 'No such price: price_x' } };
  const { text } = await callTool(server, 'create_checkout_session', { price_id: 'price_x' }, [answer]);
  expect(text).toContain('No such price: price_x');
  expect(text).toContain('Next: Take price_id and seat_price_id from list_prices; nothing was charged.');
});

it('a limit for a tenant that does not exist says what to look at', async () => {
  const answer = { status: 500, json: { error: 'violates a foreign key constraint' } };
  const args = { resource_type: 'agent_execution', bucket: 'daily', limit_value: 5, tenant_id: 'nobody' };
  const { text } = await callTool(server, 'create_rate_limit_override', args, [answer]);
  expect(text).toContain('Next: The tenant may not exist; list_rate_limit_overrides shows');
});

it('an operation that a spec does not have leads to the spec', async () => {
  const answer = { status: 404, json: { error: 'operation not found' } };
  const args = { api_spec_id: '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11', operation_id: 'x', fields: ['$'] };
  const flags = { gatewayUrl: server.url };
  const { text } = await callTool(server, 'gateway_explore_api', args, [answer], flags);
  expect(text).toContain('operation_id from gateway_get_spec; nothing was called.');
});
