import { afterAll, beforeAll, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const asset = (answer: Answer) =>
  callTool(server, 'gateway_api_docs_asset', { asset: 'a.bin' }, [answer], { gatewayUrl: server.url });

it('a file that is no text comes as bytes', async () => {
  const text = new Uint8Array([0, 1, 2]);
  expect(await asset({ text, type: 'image/png' })).toMatchObject({
    structured: { mime_type: 'image/png', size: 3 },
    blob: { mimeType: 'image/png', base64: 'AAEC' },
  });
});

it('a large file that is no text is left to a browser', async () => {
  const outcome = await asset({ text: new Uint8Array(1_048_577), type: 'application/octet-stream' });
  expect(outcome.text).toMatch(/^Error too_large: The file has 1048577 bytes; a result carries 1048576\./);
});
