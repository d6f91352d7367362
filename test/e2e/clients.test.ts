/** The same job through clients of both SDK lines, over both transports and both protocol eras. */
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernStdio } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallTool, doMainJob, toAnswer } from './_main-job.js';
import { CLI, cleanEnv, type HttpProgram, startHttp } from './_program.js';

const info = { name: 'interop', version: '1.0.0' };
const stdio = () => ({
  command: process.execPath,
  args: [CLI, '--sandbox', '--log-level', 'warn'],
  env: cleanEnv(),
  stderr: 'inherit' as const,
});

interface Connected {
  readonly callTool: CallTool;
  readonly listTools: () => Promise<readonly { readonly name: string }[]>;
  close(): Promise<void>;
}

async function connectOld(transport: OldStdio | OldHttp): Promise<Connected> {
  const client = new OldClient(info);
  await client.connect(transport);
  return {
    callTool: async (name, args, onProgress) => {
      const onprogress = ({ message }: { message?: string | undefined }): void => onProgress?.(message ?? '');
      return toAnswer(await client.callTool({ name, arguments: args }, undefined, { onprogress }));
    },
    listTools: async () => (await client.listTools()).tools,
    close: () => client.close(),
  };
}

async function connectModern(
  transport: ModernStdio | ModernHttp,
  mode: 'legacy' | 'auto',
): Promise<Connected> {
  const client = new ModernClient(info, mode === 'auto' ? { versionNegotiation: { mode } } : {});
  await client.connect(transport);
  return {
    callTool: async (name, args, onProgress) => {
      const onprogress = ({ message }: { message?: string | undefined }): void => onProgress?.(message ?? '');
      return toAnswer(await client.callTool({ name, arguments: args }, { onprogress }));
    },
    listTools: async () => (await client.listTools()).tools,
    close: () => client.close(),
  };
}

let program: HttpProgram;
beforeAll(async () => {
  program = await startHttp(['--sandbox', '--log-level', 'warn']);
});
afterAll(async () => {
  expect(await program.stop()).toBe(0);
});

const connections: readonly (readonly [string, () => Promise<Connected>])[] = [
  ['SDK 1.x over stdio', () => connectOld(new OldStdio(stdio()))],
  ['SDK 1.x over HTTP', () => connectOld(new OldHttp(new URL(program.url)))],
  ['SDK 2.x over stdio, 2025 handshake', () => connectModern(new ModernStdio(stdio()), 'legacy')],
  ['SDK 2.x over HTTP, 2025 handshake', () => connectModern(new ModernHttp(new URL(program.url)), 'legacy')],
  ['SDK 2.x over stdio, 2026-07-28', () => connectModern(new ModernStdio(stdio()), 'auto')],
  ['SDK 2.x over HTTP, 2026-07-28', () => connectModern(new ModernHttp(new URL(program.url)), 'auto')],
];

describe.each(connections)('%s', (_title, connect) => {
  it('lists the default surface and does the main job', async () => {
    const connected = await connect();
    try {
      const names = (await connected.listTools()).map((tool) => tool.name);
      expect(names).toHaveLength(29);
      expect(names).toContain('approve_request');
      await doMainJob(connected.callTool);
    } finally {
      await connected.close();
    }
  });
});
