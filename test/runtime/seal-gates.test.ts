import { expect, it, onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import { readConfig } from '../../src/config.js';
import { SealGates } from '../../src/runtime/seal-gates.js';
import { Journal } from '../../src/seal/journal.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { sendWithFetch } from '../../src/seal/transport.js';
import { ScriptedServer } from '../seal/_server.js';

it('gates that were disposed of attest no key any more', async () => {
  const server = await ScriptedServer.start();
  const { url } = server;
  const http = createHttpClient({ baseUrl: url });
  const journal = await Journal.open(':memory:');
  onTestFinished(async () => {
    await http.close();
    journal.close();
    await server.stop();
  });
  const gates = new SealGates(
    { securityContext: 'zaru-pro', fields: {} },
    {
      config: readConfig({ url }, {}),
      url,
      http,
      bearer: async () => 'a.b.c',
      gateway: undefined,
      send: sendWithFetch,
      journal,
      receiptKey: Ed25519Key.generate(),
    },
  );
  const invoke = () =>
    gates.of('orchestrator').invoke({ tool: 'invoke_seal', actor: 'alice' }, { tool: 't', arguments: {} });
  expect((await invoke()).result).toEqual({ done: true });
  gates.dispose();
  await expect(invoke()).rejects.toMatchObject({ code: 'not_attested', mayHaveRun: false });
  expect([server.attestations.length, server.invocations.length]).toEqual([1, 1]);
});
