/** Servers that are not there, break, lie or refuse: each failure says what happened and whether the call may have run. */
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../client/_tls.js';
import { breakInside, hangUp, say, sayJson, stayMute, useServer } from './_broken-server.js';
import { failure, useTools } from './_tools.js';

const ID = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const TOKEN = { AEGIS_TOKEN: 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln' };
const RUN = { agent_id: ID, input: 'x' };
const RAN = 'The call may have taken effect: check before you repeat it.';

describe('a server that cannot be reached', () => {
  it('because nothing listens', async () => {
    const text = await failure(useTools({ url: 'http://127.0.0.1:1' }, TOKEN), 'execute_agent', RUN);
    expect(text).toContain('Error unreachable: Nothing accepts connections at http://127.0.0.1:1.');
    expect(text).not.toContain(RAN);
    const about = await useTools({ url: 'http://127.0.0.1:1' }, TOKEN).must('whoami');
    expect(about).toMatchObject({ orchestrator: { reachable: false } });
  });

  it('because its name does not exist', async () => {
    const text = await failure(useTools({ url: 'http://nope.invalid' }, TOKEN), 'execute_agent', RUN);
    expect(text).toContain('Error unreachable: The host name nope.invalid does not exist in DNS.');
  });

  it('because it speaks no TLS, or with a certificate that nobody vouches for', async () => {
    const { url } = await useServer(sayJson(200, []));
    const plain = await failure(
      useTools({ url: url.replace('http:', 'https:') }, TOKEN),
      'execute_agent',
      RUN,
    );
    expect(plain).toMatch(/^Error unreachable: .* does not speak TLS\.\nNext: Use http:/);
    const certificate = makeCertificate();
    if (certificate === undefined) return;
    const self = await useServer(sayJson(200, []), certificate);
    const text = await failure(useTools({ url: self.url }, TOKEN), 'execute_agent', RUN);
    expect(text).toContain('self-signed');
    expect(text).toContain('NODE_EXTRA_CA_CERTS');
    expect(self.asked).toEqual([]);
  });
});

describe('a call that may have run', () => {
  it.each([
    ['when no answer comes in time', stayMute, 'Error timeout: No complete answer within 1.5 s.'],
    ['when the connection breaks after sending', hangUp, 'Error connection_lost: '],
    ['when the answer breaks off', breakInside('application/json', '{"execution'), 'Error connection_lost: '],
    ['when the answer is no JSON', say(200, '<html>', 'text/html'), 'Error bad_response: '],
    ['when the answer is another one', sayJson(200, { ok: 1 }), 'Error bad_response: '],
    ['when a proxy answers', say(502, 'Bad Gateway'), 'Error unavailable (HTTP 502): '],
    ['when the server fails', sayJson(500, { error: 'boom' }), 'Error server_error (HTTP 500): '],
  ])('%s says so and is sent once', async (_title, answer, expected) => {
    const server = await useServer(answer);
    const flags = { url: server.url, requestTimeoutSecs: '1.5' };
    const text = await failure(useTools(flags, TOKEN), 'start_execution', RUN);
    expect(text).toContain(expected);
    expect(text).toContain(RAN);
    expect(server.asked).toEqual([`POST /v1/agents/${ID}/execute`]);
  });

  it('is sent once as well when it is sensitive', async () => {
    const server = await useServer(hangUp);
    const text = await failure(useTools({ url: server.url }, TOKEN), 'approve_request', { id: ID });
    expect(text).toContain(RAN);
    expect(server.asked).toEqual([`POST /v1/human-approvals/${ID}/approve`]);
  });

  it('is not a read: that is tried three times', async () => {
    const server = await useServer(hangUp);
    expect(await failure(useTools({ url: server.url }, TOKEN), 'list_agents')).not.toContain(RAN);
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
    const text = await failure(useTools({ url: server.url }, TOKEN), 'start_execution', RUN);
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
    const text = await failure(
      useTools({ url: server.url, maxResponseBytes: '1048576' }, TOKEN),
      'list_agents',
    );
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
