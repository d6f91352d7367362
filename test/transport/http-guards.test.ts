import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, ping, start, talk } from './_http.js';

afterEach(closeAll);

const REFUSAL = { jsonrpc: '2.0', error: { code: -32000, message: expect.any(String) }, id: null };

describe('Host', () => {
  it.each(['localhost', 'LOCALHOST:9', '127.0.0.1:3000', '127.0.0.2', '[::1]:3000'])(
    '%s is served',
    async (host) => {
      const { url } = await start();
      expect(await ping(url, { host })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    'localhost@evil.example',
    'evil.example@localhost',
    'evil.example:80@127.0.0.1:3000',
    'localhost/evil.example',
    'localhost\\evil.example',
    'localhost?evil.example',
    'localhost#evil.example',
    '10.0.0.1',
    '[',
    ' ',
  ])('%j is refused', async (host) => {
    const { url } = await start();
    expect(await ping(url, { host })).toEqual({ status: 403, body: REFUSAL });
  });

  it('is served when the operator allows it, with any port or with one', async () => {
    const { url } = await start({ allowedHosts: ['mcp.example', 'Other.example:8443'] });
    const statuses = [
      'mcp.example',
      'MCP.example:1',
      'other.example:8443',
      'other.example:1',
      'other.example',
    ].map(async (host) => (await ping(url, { host })).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 403, 403]);
  });

  it('must be there', async () => {
    const { url } = await start();
    const answer = await talk(url, 'POST /mcp HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('Origin', () => {
  it.each(['http://localhost:6274', 'http://127.0.0.1', 'https://[::1]:1'])(
    '%s is served',
    async (origin) => {
      const { url } = await start();
      expect(await ping(url, { origin })).toMatchObject({ status: 200 });
    },
  );

  it.each([
    'https://evil.example',
    'null',
    'http://localhost.evil.example',
    'vscode-webview://localhost',
    'http://evil.example@localhost',
    'http://localhost/evil.example',
    '',
  ])('%j is refused', async (origin) => {
    const { url } = await start();
    expect(await ping(url, { origin })).toEqual({ status: 403, body: REFUSAL });
  });

  it('is served when the operator allows it', async () => {
    const { url } = await start({ allowedOrigins: ['https://app.example'] });
    expect(await ping(url, { origin: 'https://app.example' })).toMatchObject({ status: 200 });
    expect(await ping(url, { origin: 'https://app.example:444' })).toMatchObject({ status: 403 });
  });
});
