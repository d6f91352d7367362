import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1HttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_CANCEL, closeAll, start } from './_http.js';

afterEach(closeAll);

describe('official clients', () => {
  it('of SDK v1 lists, calls, gets progress, cancels and ends its session', async () => {
    const { url, event } = await start();
    const client = new V1Client({ name: 'v1', version: '1' });
    const transport = new V1HttpTransport(new URL(url));
    // SDK v1 types its own transport in a way that exactOptionalPropertyTypes does not let it accept.
    await Reflect.apply(client.connect, client, [transport]);
    expect((await client.listTools()).tools).toHaveLength(8);
    expect((await client.callTool({ name: 'echo', arguments: { a: 1 } })).structuredContent).toEqual({
      a: 1,
    });
    const stop = new AbortController();
    const options = { signal: stop.signal, onprogress: () => stop.abort('enough') };
    await expect(client.callTool({ name: 'wait' }, undefined, options)).rejects.toThrow('enough');
    await event(CLIENT_CANCEL);
    await transport.terminateSession();
    await client.close();
  });

  it.each([
    ['legacy', '2025-11-25'],
    ['auto', '2026-07-28'],
  ] as const)('of SDK v2, negotiating %s, speaks %s', async (mode, version) => {
    const { url, event } = await start();
    const client = new Client({ name: 'v2', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect((await client.listTools()).tools).toHaveLength(8);
    expect((await client.callTool({ name: 'echo', arguments: { a: 1 } })).structuredContent).toEqual({
      a: 1,
    });
    await expect(client.callTool({ name: 'ecko' })).rejects.toMatchObject({ code: -32602 });
    const stop = new AbortController();
    const options = { signal: stop.signal, onprogress: () => stop.abort('enough') };
    await expect(client.callTool({ name: 'wait' }, options)).rejects.toThrow('enough');
    await event(CLIENT_CANCEL);
    await client.close();
  });
});
