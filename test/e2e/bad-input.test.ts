/** Bad servers, bad credentials and bad arguments: each failure is a result with code, cause and next step. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { makeCertificate } from '../client/_tls.js';
import { breakInside, hangUp, say, sayJson, stayMute, useServer } from './_broken-server.js';
import { agentManifest } from './_manifests.js';
import { useTools, waitFor } from './_tools.js';

const ID = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const TOKEN = { AEGIS_TOKEN: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' };
const RUN = { agent_id: ID, input: 'x' };
const RAN = 'The call may have taken effect: check before you repeat it.';

/** Text of the failed call. */
async function failure(flags: Parameters<typeof useTools>[0], tool: string, args = {}, env = TOKEN) {
  const { isError, text, structured } = await useTools(flags, env).call(tool, args);
  expect([isError, structured], text).toEqual([true, undefined]);
  expect(text).toMatch(/^Error [a-z_]+( \(HTTP \d{3}\))?: .+\n[^]*Next: .+/);
  return text;
}

describe('a server that cannot be reached', () => {
  it('because nothing listens', async () => {
    const text = await failure({ url: 'http://127.0.0.1:1' }, 'execute_agent', RUN);
    expect(text).toContain('Error unreachable: Nothing accepts connections at http://127.0.0.1:1.');
    expect(text).not.toContain(RAN);
    const about = await useTools({ url: 'http://127.0.0.1:1' }, TOKEN).must('whoami');
    expect(about).toMatchObject({ orchestrator: { reachable: false } });
  });

  it('because its name does not exist', async () => {
    const text = await failure({ url: 'http://nope.invalid' }, 'execute_agent', RUN);
    expect(text).toContain('Error unreachable: The host name nope.invalid does not exist in DNS.');
  });

  it('because it speaks no TLS, or with a certificate that nobody vouches for', async () => {
    const { url } = await useServer(sayJson(200, []));
    const plain = await failure({ url: url.replace('http:', 'https:') }, 'execute_agent', RUN);
    expect(plain).toMatch(/^Error unreachable: .* does not speak TLS\.\nNext: Use http:/);
    const certificate = makeCertificate();
    if (certificate === undefined) return;
    const self = await useServer(sayJson(200, []), certificate);
    const text = await failure({ url: self.url }, 'execute_agent', RUN);
    expect(text).toContain('self-signed');
    expect(text).toContain('NODE_EXTRA_CA_CERTS');
    expect(self.asked).toEqual([]);
  });
});

describe('a call that may have run', () => {
  it.each([
    ['when no answer comes in time', stayMute, 'Error timeout: No complete answer within 0.3 s.'],
    ['when the connection breaks after sending', hangUp, 'Error connection_lost: '],
    ['when the answer breaks off', breakInside('application/json', '{"execution'), 'Error connection_lost: '],
    ['when the answer is no JSON', say(200, '<html>', 'text/html'), 'Error bad_response: '],
    ['when the answer is another one', sayJson(200, { ok: 1 }), 'Error bad_response: '],
    ['when a proxy answers', say(502, 'Bad Gateway'), 'Error unavailable (HTTP 502): '],
    ['when the server fails', sayJson(500, { error: 'boom' }), 'Error server_error (HTTP 500): '],
  ])('%s says so and is sent once', async (_title, answer, expected) => {
    const server = await useServer(answer);
    const flags = { url: server.url, requestTimeoutSecs: '0.3' };
    const text = await failure(flags, 'start_execution', RUN);
    expect(text).toContain(expected);
    expect(text).toContain(RAN);
    expect(server.asked).toEqual([`POST /v1/agents/${ID}/execute`]);
  });

  it('is on the record as unknown, and is sent once as well, when it is sensitive', async () => {
    const server = await useServer(hangUp);
    const text = await failure({ url: server.url }, 'approve_request', { id: ID });
    expect(text).toContain(RAN);
    expect(server.asked).toEqual([`POST /v1/human-approvals/${ID}/approve`]);
  });

  it('is not a read: that is tried three times', async () => {
    const server = await useServer(hangUp);
    expect(await failure({ url: server.url }, 'list_agents')).not.toContain(RAN);
    expect(server.asked).toEqual(['GET /v1/agents', 'GET /v1/agents', 'GET /v1/agents']);
  });
});

describe('a refusal', () => {
  const routes = [`POST /v1/agents/${ID}/execute`, 'POST /v1/executions'];
  it.each([
    ['401 as text', say(401, 'Unauthorized'), 'Error unauthorized (HTTP 401): ', routes.slice(0, 1)],
    [
      '403',
      sayJson(403, { error: 'insufficient_scope', required: 'agent:execute' }),
      'agent:execute',
      routes.slice(0, 1),
    ],
    ['415 as text', say(415, 'Expected `Content-Type`'), 'Error refused (HTTP 415): ', routes],
    ['422 as text', say(422, 'missing field `input`'), 'missing field `input`', routes],
    [
      '404 without a body',
      say(404),
      'Error unsupported (HTTP 404): start_execution: this server has no route',
      routes,
    ],
    [
      '405 without a body',
      say(405),
      'Error unsupported (HTTP 405): start_execution: this server has no route',
      routes,
    ],
    [
      '404 of a thing',
      sayJson(404, { error: 'Agent not found' }),
      'Error not_found (HTTP 404): ',
      routes.slice(0, 1),
    ],
    [
      '200 with an error',
      sayJson(200, { error: 'Agent is paused' }),
      'Error failed (HTTP 200): Agent is paused',
      routes.slice(0, 1),
    ],
  ])('%s surely did nothing', async (_title, answer, expected, asked) => {
    const server = await useServer(answer);
    const text = await failure({ url: server.url }, 'start_execution', RUN);
    expect(text).toContain(expected);
    expect(text).not.toContain(RAN);
    expect(server.asked).toEqual(asked);
  });
});

describe('an answer', () => {
  it('of 50 MB is given up at the bound and not read further', async () => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    let sent = 0;
    const pour = (response: ServerResponse): void => {
      for (let more = true; more && sent < 50_000_000; sent += chunk.length) more = response.write(chunk);
      if (sent < 50_000_000) response.once('drain', () => pour(response));
      else response.end();
    };
    const server = await useServer(pour);
    const text = await failure({ url: server.url, maxResponseBytes: '1048576' }, 'list_agents');
    expect(text).toContain(
      'Error too_large: The answer is larger than 1048576 bytes; it was not read further.',
    );
    // What the kernel buffers between the two is a few megabytes at most.
    expect(sent).toBeLessThan(20_000_000);
  });

  it('that is a stream cut inside an event gives what came before it', async () => {
    const started = { event_type: 'execution_started', timestamp: '2026-05-08T10:00:00Z', execution_id: ID };
    const stream = breakInside('text/event-stream', `data: ${JSON.stringify(started)}\n\ndata: {"event_ty`);
    const record = sayJson(200, { id: ID, agent_id: ID, status: 'Running', tenant_id: 'x' });
    const server = await useServer((response, request) =>
      (request.url?.endsWith('/events') ? stream : record)(response, request),
    );
    const tools = useTools({ url: server.url }, TOKEN);
    expect(await tools.must('stream_execution', { execution_id: ID, max_seconds: 1 })).toMatchObject({
      status: 'running',
      terminal: false,
      counts: { execution_started: 1 },
      cursor: expect.any(String),
    });
  });
});

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
    const text = await failure(flags, tool, args);
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
    const text = await failure(flags, 'deploy_agent', { manifest });
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
    const text = await failure({ url: sandbox.url }, 'list_agents', {}, env);
    expect(text).toMatch(/Error unauthorized \(HTTP 401\): The token expired at \d{4}-/);
    expect(await failure({ url: sandbox.url }, 'deploy_agent', deploy, env)).toContain('Error unauthorized');
  });

  it('a journal that cannot be written stops sensitive calls, and only those', async () => {
    await writeFile(join(folder, 'file'), '');
    const env = { AEGIS_TOKEN: await sandbox.issueToken() };
    for (const journal of [join(folder, 'file', 'journal.db'), folder, '/proc/nope/journal.db']) {
      const flags = { url: sandbox.url, journal };
      expect(await failure(flags, 'deploy_agent', deploy, env)).toContain(journal);
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
    onTestFinished(() => undefined);
    const { agent_id } = await tools.must('deploy_agent', {
      manifest: agentManifest('slow', { 'delay-ms': '400' }),
    });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    const abort = new AbortController();
    const onProgress = (): void => abort.abort();
    const outcome = await tools.call(
      'stream_execution',
      { execution_id },
      { signal: abort.signal, onProgress },
    );
    expect(outcome.text).toContain('Error cancelled: ');
    const ended = await waitFor(async () => {
      const { status } = await tools.must('get_execution', { execution_id });
      return status === 'running' ? undefined : status;
    });
    expect(ended).toBe('completed');
  });
});
