import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { shareSandbox } from '../_sandbox.js';
import {
  openSession,
  operator,
  type Received,
  type Reply,
  registerSpec,
  registerWorkflow,
  type StepParts,
  step,
  useUpstream,
} from './_gateway.js';

const sandbox = shareSandbox();

/** Registers steps over an upstream with three operations and runs them. */
async function run(
  steps: readonly object[],
  { answer = () => ({}), args = {} }: { answer?: (received: Received) => Reply; args?: unknown } = {},
) {
  const upstream = await useUpstream(answer);
  const call = await operator(sandbox());
  const operations = { list: 'GET /pets', create: 'POST /pets', show: 'GET /pets/{id}' };
  const spec = await registerSpec(call, upstream.url, operations);
  const id = await registerWorkflow(call, spec, { steps });
  const session = await openSession(sandbox());
  const result = await session.call('lookup', args);
  return { ...result, id, session, received: upstream.received };
}

/** An upstream that answers with these bytes and keeps the connection. */
async function useRawUpstream(answer: string): Promise<string> {
  const server = createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {}).once('data', () => void socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${Object(server.address()).port}`;
}

const json = (value: unknown): Reply => ({ body: JSON.stringify(value) });

describe('a workflow', () => {
  it('calls upstream with the credential, a JSON body and the literal path, and carries values on', async () => {
    const {
      status,
      json: body,
      received,
      id,
      session,
    } = await run(
      [
        step({
          name: 'create',
          operation_id: 'create',
          body_template: '{"name":"{{input.name}}"}',
          extractors: { id: '$.pet.id', none: '$.nothing' },
        }),
        step({
          name: 'show',
          operation_id: 'show',
          body_template: '{"id":{{state.[create.id]}},"again":{{lookup state "create.id"}}}',
        }),
      ],
      {
        args: { name: 'Rex' },
        answer: ({ method }) => json(method === 'POST' ? { pet: { id: 7 } } : { found: true }),
      },
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      result: {
        workflow_id: id,
        execution_id: session.body.execution_id,
        result: { found: true },
        state: { input: { name: 'Rex' }, 'create.id': 7 },
      },
    });
    expect(received).toEqual([
      { method: 'POST', path: '/pets', authorization: 'Bearer sandbox-static-token', body: '{"name":"Rex"}' },
      {
        method: 'GET',
        path: '/pets/%7Bid%7D',
        authorization: 'Bearer sandbox-static-token',
        body: '{"id":7,"again":7}',
      },
    ]);
  });

  it('takes any upstream status as an answer, and an empty body as {}', async () => {
    const steps = [step({ name: 'a', extractors: { error: '$.error' } }), step({ name: 'b' })];
    const { json: body } = await run(steps, {
      answer: ({ body: sent }) => (sent === '{}' ? { status: 503, body: '' } : {}),
    });
    expect(body.result).toMatchObject({ result: {}, state: { input: {} } });
    const failed = await run(steps, { answer: () => ({ status: 422, body: '{"error":"no"}' }) });
    expect(failed.json.result).toMatchObject({ result: { error: 'no' }, state: { 'a.error': 'no' } });
  });

  it('stores the first match of an extractor, of any type', async () => {
    const extractors = { first: '$.pets[*].name', pet: '$.pets[1]', none: '$.pets[9]', nil: '$.nil' };
    const { json: body } = await run([step({ extractors })], {
      answer: () => json({ pets: [{ name: 'Rex' }, { name: 'Tom' }], nil: null }),
    });
    expect(body.result.state).toEqual({
      input: {},
      'one.first': 'Rex',
      'one.pet': { name: 'Tom' },
      'one.nil': null,
    });
  });

  it('passes arguments on unchecked, whatever they are', async () => {
    for (const args of [null, 7, 'text', [1]]) {
      const { json: body } = await run([step({ body_template: '{"n":{{#if input}}1{{else}}0{{/if}}}' })], {
        args,
      });
      expect(body.result.state).toEqual({ input: args });
    }
  });

  it.each([
    ['{{input.text}}', 400, "step 'one' template did not render valid JSON: "],
    ['', 400, "step 'one' template did not render valid JSON: "],
    ['{"text":"{{{input.text}}}"}', 400, "step 'one' template did not render valid JSON: "],
    ['{{#if}}', 500, 'internal error: '],
    ['{{shout input.text}}', 500, 'internal error: '],
  ])('stops at the template %s, whatever the policy says', async (body_template, status, start) => {
    for (const on_error of ['Continue', { RetryN: 3 }]) {
      const {
        status: got,
        json: body,
        received,
      } = await run([step({ body_template, on_error })], {
        args: { text: 'two\nlines' },
      });
      expect(got).toBe(status);
      expect(body.error.startsWith(start)).toBe(true);
      expect(received).toEqual([]);
    }
  });

  it('escapes for HTML in double braces', async () => {
    const { received } = await run([step({ body_template: '{"t":"{{input.t}}","raw":"{{{input.raw}}}"}' })], {
      args: { t: 'say "hi"', raw: '<b>' },
    });
    expect(received[0]?.body).toBe('{"t":"say &quot;hi&quot;","raw":"<b>"}');
  });

  it('stops at an invalid JSONPath after the call, whatever the policy says', async () => {
    const {
      status,
      json: body,
      received,
    } = await run([step({ extractors: { id: 'pets[0]' }, on_error: 'Continue' }), step({ name: 'two' })]);
    expect([status, received.length]).toEqual([400, 1]);
    expect(body.error).toMatch(/^step 'one' extractor 'id' is not a valid JSONPath: /);
  });
});

describe('a step that fails', () => {
  const html: Reply = { body: '<p>no</p>' };

  it('aborts: 500 with what went wrong', async () => {
    const text = await run([step()], { answer: () => html });
    expect([text.status, text.received.length]).toEqual([500, 1]);
    expect(text.json.error).toMatch(/^serialization error: /);
    const dropped = await run([step()], { answer: () => ({ drop: true }) });
    expect([dropped.status, dropped.received.length]).toEqual([500, 1]);
    expect(dropped.json.error).toMatch(/^http error: error sending request for url \(http:\/\/127\.0\.0\.1:/);
  });

  it('continues with the previous result', async () => {
    const steps = [
      step({ name: 'a', extractors: { id: '$.id' } }),
      step({ name: 'b', operation_id: 'create', on_error: 'Continue', extractors: { id: '$.id' } }),
    ];
    const { status, json: body } = await run(steps, {
      answer: ({ method }) => (method === 'GET' ? json({ id: 1 }) : html),
    });
    expect(status).toBe(200);
    expect(body.result).toMatchObject({ result: { id: 1 }, state: { input: {}, 'a.id': 1 } });
  });

  it('is tried again n times at once, and then runs no extractors', async () => {
    let calls = 0;
    const steps = [step({ on_error: { RetryN: 2 }, extractors: { id: '$.id' } })];
    const answer = (): Reply => {
      calls += 1;
      return calls < 3 ? html : json({ id: 9 });
    };
    const { status, json: body } = await run(steps, { answer });
    expect([status, calls]).toEqual([200, 3]);
    expect(body.result).toMatchObject({ result: { id: 9 }, state: { input: {} } });
    expect(body.result.state).not.toHaveProperty(['one.id']);
  });

  it.each([
    [0, 1],
    [2, 3],
  ])('aborts when %i more attempts fail', async (RetryN, calls) => {
    const { status, received } = await run([step({ on_error: { RetryN } })], { answer: () => html });
    expect([status, received.length]).toEqual([500, calls]);
  });

  it('refuses JSON nested beyond 127 levels like text', async () => {
    const { status, json: body } = await run([step()], { answer: () => ({ body: '['.repeat(5_000) }) });
    expect([status, body.error]).toEqual([
      500,
      'serialization error: recursion limit exceeded at line 1 column 127',
    ]);
  });
});

describe('the sandbox stops', () => {
  const many = Array.from({ length: 3_000 }, (_, id) => ({ id }));
  const loop = '{{#each @root.input}}'.repeat(4) + '{{/each}}'.repeat(4);
  const doubling = Array.from(
    { length: 40 },
    (_, n) => `{{#*inline "p${n}"}}{{> p${n + 1}}}{{> p${n + 1}}}{{/inline}}`,
  ).join('');

  it.each<[string, StepParts, typeof many?]>([
    ['a loop within loops', { body_template: loop }],
    ['partials that double', { body_template: `${doubling}{{#*inline "p40"}}{{/inline}}{{> p0}}` }],
    ['more tags than it can compile', { body_template: '{{a}}'.repeat(400_000) }],
    ['a path that is walked for every element', { extractors: { x: '$[?(@.id == $..x)]' } }, many],
  ])('%s', async (_title, parts, long = []) => {
    const answer = () => json([...long, ...long, ...long, ...long]);
    const { status, json: body } = await run([step(parts)], { args: many, answer });
    const error = "internal error: a template or JSONPath takes longer than the sandbox's 2 s";
    expect([status, body]).toEqual([500, { error }]);
  });
});

describe('an upstream', () => {
  async function runAt(base_url: string, more: object = {}) {
    const call = await operator(sandbox());
    const spec = await registerSpec(call, base_url, { list: 'GET /pets' }, more);
    await registerWorkflow(call, spec);
    return (await openSession(sandbox())).call('lookup');
  }

  it.each([
    'http://192.0.2.1',
    'http://example.com',
    'http://169.254.169.254/latest',
    'http://127.0.0.1.example.com',
    'http://[2001:db8::1]:80',
    'http://127.0.0.1@example.com',
    'http://127.0.0.1:80@example.com',
    'http://localhost.',
    'http://[::ffff:192.0.2.1]',
    'http://[::]',
    'http://0.0.0.0',
    'http://3221225985',
    'http://0300.0.2.1',
  ])('beyond this machine is not called: %s', async (url) => {
    const { status, json: body } = await runAt(url);
    expect(status).toBe(500);
    expect(body.error).toMatch(/^http error: .*: the sandbox calls loopback addresses only$/);
  });

  it('is not reached through a redirect either', async () => {
    const upstream = await useUpstream(() => ({ status: 302, headers: { location: 'http://example.com/' } }));
    const { status, json: body } = await runAt(upstream.url);
    expect([status, upstream.received.length]).toEqual([500, 1]);
    expect(body.error).toContain('url (http://example.com/): the sandbox calls loopback addresses only');
  });

  it('may be named localhost, which no resolver is asked for', async () => {
    const upstream = await useUpstream(() => json({ found: true }));
    const { json: body } = await runAt(upstream.url.replace('127.0.0.1', 'localhost'));
    expect(body.result.result).toEqual({ found: true });
  });

  it('may redirect on this machine; the credential stays with its origin', async () => {
    const other = await useUpstream(() => json({ from: 'other' }));
    const first = await useUpstream(() => ({ status: 307, headers: { location: `${other.url}/moved` } }));
    const { json: body } = await runAt(`${first.url}/`);
    expect(body.result.result).toEqual({ from: 'other' });
    expect(first.received[0]?.path).toBe('/pets');
    expect(other.received).toEqual([{ method: 'GET', path: '/moved', authorization: undefined, body: '{}' }]);
  });

  it('that redirects in a circle is given up', async () => {
    const upstream = await useUpstream(() => ({ status: 308, headers: { location: '/pets' } }));
    const { json: body } = await runAt(upstream.url);
    expect([body.error.endsWith('too many redirects'), upstream.received.length]).toEqual([true, 11]);
  });

  it.each(['not a url', 'ftp://127.0.0.1', 'http://127.0.0.1:1'])('at "%s" is an http error', async (url) => {
    const { status, json: body } = await runAt(url);
    expect(status).toBe(500);
    expect(body.error).toMatch(/^http error: /);
  });

  it.each([
    [
      { SystemJit: { openbao_engine_path: 'github', role: 'bot' } },
      'Bearer sandbox-jit:tenant-acme/github/creds/bot',
    ],
    [
      {
        Auto: { system_jit_openbao_engine_path: 'github', system_jit_role: 'bot', target_service: 'github' },
      },
      'Bearer sandbox-jit:tenant-acme/github/creds/bot',
    ],
    [{ StaticRef: { key: 'github-pat' } }, 'Bearer github-static-token'],
  ])('gets the token of %j', async (credential_path, authorization) => {
    const upstream = await useUpstream(() => ({}));
    await runAt(upstream.url, { credential_path });
    expect(upstream.received[0]?.authorization).toBe(authorization);
  });

  it.each([
    [{ HumanDelegated: { target_service: 'github' } }, 401, 'unauthorized'],
    [{ UserBound: { provider: 'github' } }, 401, 'unauthorized'],
    [{ StaticRef: { key: 'nowhere' } }, 500, "internal error: openbao has no secret at 'nowhere'"],
  ])('is not called without a credential: %j', async (credential_path, status, error) => {
    const upstream = await useUpstream(() => ({}));
    const answer = await runAt(upstream.url, { credential_path });
    expect([answer.status, answer.json, upstream.received]).toEqual([status, { error }, []]);
  });

  it('that switches protocols instead of answering is an http error', async () => {
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
    for (const [method, answer] of [
      ['GET', switching],
      ['CONNECT', 'HTTP/1.1 200 OK\r\n\r\n'],
    ]) {
      const inline_json = { paths: { '/pets': { [`${method}`]: { operationId: 'list' } } } };
      const { status, json: body } = await runAt(await useRawUpstream(`${answer}`), { inline_json });
      expect([status, body.error.split(':')[0]]).toEqual([500, 'http error']);
    }
  });

  it('keeps user and password of its address out of errors', async () => {
    const { json: body } = await runAt('http://user:hidden@127.0.0.1:1');
    expect(body.error).toMatch(/^http error: .*\(http:\/\/127\.0\.0\.1:1\/pets\)/);
  });

  it('is not found once its spec is gone', async () => {
    const call = await operator(sandbox());
    const spec = await registerSpec(call, 'http://127.0.0.1:1', { list: 'GET /pets' });
    await registerWorkflow(call, spec);
    await call('DELETE', `/v1/specs/${spec}`);
    const { status, json: body } = await (await openSession(sandbox())).call('lookup');
    expect([status, body]).toEqual([404, { error: 'api spec not found for workflow' }]);
  });
});
