import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as V1StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundleEntry } from './_stdio-process.js';

let bundle: Bundle;
beforeAll(async () => {
  bundle = await bundleEntry();
});
afterAll(() => bundle.remove());

describe('official clients', () => {
  const command = (): { command: string; args: string[]; stderr: 'ignore' } => ({
    command: process.execPath,
    args: [bundle.path],
    stderr: 'ignore',
  });

  it('of SDK v1 lists, calls, gets progress and cancels', async () => {
    const client = new V1Client({ name: 'v1', version: '1' });
    await client.connect(new V1StdioClientTransport(command()));
    expect((await client.listTools()).tools).toHaveLength(8);
    const result = await client.callTool({ name: 'echo', arguments: { a: 1 } });
    expect(result.structuredContent).toEqual({ a: 1 });
    expect((await client.callTool({ name: 'fail' })).isError).toBe(true);
    const stop = new AbortController();
    const options = { signal: stop.signal, onprogress: () => stop.abort('enough') };
    await expect(client.callTool({ name: 'wait' }, undefined, options)).rejects.toThrow('enough');
    await client.close();
  });

  it.each([
    ['legacy', '2025-11-25'],
    ['auto', '2026-07-28'],
  ] as const)('of SDK v2, negotiating %s, speaks %s', async (mode, version) => {
    const client = new Client({ name: 'v2', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StdioClientTransport(command()));
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    expect((await client.listTools()).tools).toHaveLength(8);
    const result = await client.callTool({ name: 'echo', arguments: { a: 1 } });
    expect(result.structuredContent).toEqual({ a: 1 });
    await expect(client.callTool({ name: 'ecko' })).rejects.toMatchObject({ code: -32602 });
    const stop = new AbortController();
    const options = { signal: stop.signal, onprogress: () => stop.abort('enough') };
    await expect(client.callTool({ name: 'wait' }, options)).rejects.toThrow('enough');
    await client.close();
  });
});
