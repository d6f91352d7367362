import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const ENVELOPE = {
  protocol: 'seal/v1',
  security_token: 'h.p.s',
  signature: 'c2ln',
  payload: {
    jsonrpc: '2.0',
    id: '1',
    method: 'tools/call',
    params: { name: 'aegis.agent.list', arguments: {} },
  },
  timestamp: '2026-05-08T10:00:00.000Z',
};
const invoke = (args: unknown) => callTool(server, 'invoke_seal', args, [{ json: { agents: [] } }]);

describe('invoke_seal', () => {
  it.each([
    ['as arguments', ENVELOPE],
    ['in its wrapper', { envelope: ENVELOPE }],
    ['in its wrapper as text', { envelope: JSON.stringify(ENVELOPE) }],
  ])('sends a signed envelope given %s as it is', async (_title, args) => {
    expect((await invoke(args)).structured).toEqual({ result: { agents: [] } });
    expect(server.asked).toMatchObject([{ method: 'POST', path: '/v1/seal/invoke', body: ENVELOPE }]);
  });

  it.each([
    ['nothing', {}, 'the envelope lacks protocol, security_token, signature, payload, timestamp.'],
    [
      'a part of an envelope',
      { protocol: 'seal/v1', signature: 'c2ln' },
      'the envelope lacks security_token, payload, timestamp.',
    ],
    ['both forms', { name: 'aegis.agent.list', ...ENVELOPE }, 'name and protocol, security_token'],
    ['arguments beside an envelope', { ...ENVELOPE, arguments: { a: 1 } }, 'arguments belong to name'],
  ])('refuses %s and sends nothing', async (_title, args, text) => {
    const outcome = await invoke(args);
    expect(outcome.isError).toBe(true);
    expect(outcome.text).toContain(text);
    expect(server.asked).toEqual([]);
  });

  it('needs a credential to sign with', async () => {
    const outcome = await invoke({ name: 'aegis.agent.list' });
    expect(outcome.text).toMatch(
      /^Error seal_required: SEAL: invoke_seal must travel as SEAL, but no SEAL session/,
    );
  });
});
