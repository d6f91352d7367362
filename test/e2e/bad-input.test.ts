/** Bad arguments, credentials, journals and texts: each failure is a result with code, cause and next step. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { agentManifest } from './_manifests.js';
import { failure, useTools, waitFor } from './_tools.js';

const ID = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';

describe('arguments', () => {
  const flags = { url: 'http://127.0.0.1:1' };
  it.each([
    [
      'an unknown one',
      'list_executions',
      { agent: ID },
      'unknown argument "agent"; did you mean "agent_id"?\n',
    ],
    ['a missing one', 'get_agent', {}, 'agent_id: '],
    ['a path that leaves', 'get_agent', { agent_id: '..' }, 'agent_id: ".." cannot be part of a path.'],
    ['a file that leaves', 'get_execution_file', { execution_id: ID, path: 'a/../b' }, 'path: ".." cannot'],
    ['a wrong type', 'list_executions', { limit: 'many' }, 'limit: '],
    ['a foreign cursor', 'stream_execution', { execution_id: ID, cursor: 'abc' }, 'cursor: is not a cursor'],
  ])('%s is refused before anything is sent', async (_title, tool, args, expected) => {
    const text = await failure(useTools(flags, {}), tool, args);
    expect(text).toMatch(/^Error invalid_arguments: /);
    expect(text).toContain(expected);
  });

  it('with a manifest name every problem by its path', async () => {
    const manifest = {
      apiVersion: 'v1',
      kind: 'Agent',
      metadata: { name: 'A b' },
      spec: { runtime: { language: 'python' }, tsk: {} },
    };
    const text = await failure(useTools(flags, {}), 'deploy_agent', { manifest });
    expect(text).toMatch(/^Error invalid_manifest: /);
    const paths = [
      'apiVersion',
      'metadata.name',
      'metadata.version',
      'spec.task',
      'spec.tsk',
      'spec.runtime.version',
    ];
    for (const path of paths) expect(text).toContain(`error ${path}: `);
    expect(text).toContain('did you mean task?');
  });
});

describe('against the sandbox', () => {
  let sandbox: Sandbox;
  let folder: string;
  beforeAll(async () => {
    sandbox = await startSandbox({ pace: 0 });
    folder = await mkdtemp(join(tmpdir(), 'aegis-mcp-bad-'));
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  const deploy = { manifest: agentManifest('first') };

  it('wrong client credentials are named', async () => {
    const flags = { url: sandbox.url, keycloakUrl: sandbox.url, clientId: 'aegis-mcp' };
    const { isError, text } = await useTools(flags, { AEGIS_CLIENT_SECRET: 'wrong' }).call('list_agents');
    expect(isError).toBe(true);
    expect(text).toContain('Error unauthorized (HTTP 401): Keycloak refuses the client "aegis-mcp"');
    expect(text).toContain('Next: Check client id and secret');
    expect(text).not.toContain('wrong');
  });

  it('an expired token is called expired', async () => {
    const env = { AEGIS_TOKEN: await sandbox.issueToken({ expiresIn: -60 }) };
    const text = await failure(useTools({ url: sandbox.url }, env), 'list_agents', {});
    expect(text).toMatch(/Error unauthorized \(HTTP 401\): The token expired at \d{4}-/);
    expect(await failure(useTools({ url: sandbox.url }, env), 'deploy_agent', deploy)).toContain(
      'Error unauthorized',
    );
  });

  it('a journal that cannot be written stops sensitive calls, and only those', async () => {
    await writeFile(join(folder, 'file'), '');
    const env = { AEGIS_TOKEN: await sandbox.issueToken() };
    for (const journal of [join(folder, 'file', 'journal.db'), folder, '/proc/nope/journal.db']) {
      const flags = { url: sandbox.url, journal };
      expect(await failure(useTools(flags, env), 'deploy_agent', deploy)).toContain(journal);
      const tools = useTools(flags, env);
      expect(await tools.must('list_agents')).toEqual({ agents: [] });
    }
  });

  it('what invisible and reordering characters hide is shown', async () => {
    const tools = useTools({ url: sandbox.url }, { AEGIS_TOKEN: await sandbox.issueToken() });
    const manifest = agentManifest('hidden', { file: 'a.txt=x\u202Ey\u200B', output: 'p\u2066q' });
    const described = { ...manifest, metadata: { ...manifest.metadata, description: 'a\u202Eb\u200Bc' } };
    const { agent_id } = await tools.must('deploy_agent', { manifest: described });
    const { text, structured } = await tools.call('get_agent', { agent_id });
    expect(structured).toMatchObject({ description: 'abc' });
    expect(text).not.toMatch(/[\u202E\u200B\u2066]/);
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    expect(await tools.must('stream_execution', { execution_id })).toMatchObject({ final_output: 'pq' });
    expect(await tools.must('get_execution', { execution_id })).toMatchObject({ output: 'pq' });
    const file = await tools.must('get_execution_file', { execution_id, path: 'a.txt' });
    expect(file.text).toBe('xy');
    await tools.must('delete_agent', { agent_id });
  });

  it('a call that its caller cancels ends at once, and its run goes on', async () => {
    const tools = useTools({ url: sandbox.url }, { AEGIS_TOKEN: await sandbox.issueToken() });
    const { agent_id } = await tools.must('deploy_agent', {
      manifest: agentManifest('slow', { 'delay-ms': '400' }),
    });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    const abort = new AbortController();
    const onProgress = (): void => abort.abort();
    const cancelled = tools.call('stream_execution', { execution_id }, { signal: abort.signal, onProgress });
    await expect(cancelled).rejects.toThrow('aborted');
    const ended = await waitFor(async () => {
      const { status } = await tools.must('get_execution', { execution_id });
      return status === 'running' ? undefined : status;
    });
    expect(ended).toBe('completed');
  });
});
