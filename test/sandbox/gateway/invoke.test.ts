import { sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { request, shareSandbox, useSandbox } from '../_sandbox.js';
import {
  createKey,
  openSession,
  operator,
  registerSpec,
  registerWorkflow,
  seal,
  useUpstream,
} from './_gateway.js';

const sandbox = shareSandbox();
const JSON_TYPE = { 'content-type': 'application/json' };

/** A tool that needs no upstream: every call that passes the checks reaches it. */
const TOOL = {
  name: 'echo',
  description: 'Echoes.',
  docker_image: 'echo:1',
  allowed_subcommands: ['say'],
  require_semantic_judge: false,
  default_timeout_seconds: 5,
};
const ARGS = {
  subcommand: 'say',
  fsal_mounts: [{ volume_id: 'v', mount_path: '/workspace', remote_path: '/' }],
};
const RESULT = { result: { exit_code: 0, stdout: 'sandbox: echo:1 say\n', stderr: '' } };

beforeAll(async () => {
  const call = await operator(sandbox());
  await call('POST', '/v1/cli-tools', { json: TOOL });
  for (const name of ['echo.signature', 'fs.read', 'cmd.run', 'web.fetch'])
    await call('POST', '/v1/cli-tools', { json: { ...TOOL, name } });
});

const invoke = (body: string, path = '/v1/invoke', headers: Readonly<Record<string, string>> = JSON_TYPE) =>
  request(`${sandbox().gatewayUrl}${path}`, 'POST', { body, headers });

describe('a signed call', () => {
  it('runs the tool, at either address, without an operator token', async () => {
    const session = await openSession(sandbox());
    const { status, json } = await session.call('echo', ARGS);
    expect([status, json]).toEqual([200, RESULT]);
    const { privateKey, b64 } = createKey();
    const other = await openSession(sandbox(), { public_key_b64: b64 });
    const body = seal({ security_token: await other.token(), key: privateKey, tool: 'echo', args: ARGS });
    expect((await invoke(body, '/v1/seal/invoke')).json).toEqual(RESULT);
  });

  it('is verified over the payload in the order sent', async () => {
    const { privateKey, b64 } = createKey();
    const session = await openSession(sandbox(), { public_key_b64: b64 });
    const parts = { key: privateKey, tool: 'echo', args: ARGS };
    const params = { arguments: ARGS, name: 'echo' };
    const payload = { params, method: 'tools/call' };
    const signed = seal({ ...parts, security_token: await session.token(), payload });
    expect((await invoke(signed)).status).toBe(200);
    const fresh = seal({ ...parts, security_token: await session.token(), payload });
    const reordered = JSON.stringify({ ...JSON.parse(fresh), payload: { method: 'tools/call', params } });
    expect((await invoke(reordered)).json.error.code).toBe(1002);
  });

  it('is verified over numbers as they were written', async () => {
    const { privateKey, b64 } = createKey();
    const session = await openSession(sandbox(), { public_key_b64: b64 });
    const args = { ...ARGS, n: 'NUMBER' };
    const token = await session.token();
    const envelope = JSON.parse(seal({ security_token: token, key: privateKey, tool: 'echo', args }));
    const payload = JSON.stringify(envelope.payload).replace('"NUMBER"', '1.0');
    const message = `{"payload":${payload},"security_token":"${token}","timestamp":${envelope.timestamp}}`;
    const signature = sign(null, Buffer.from(message), privateKey).toString('base64');
    const body = JSON.stringify({ ...envelope, signature, payload: 0 });
    const sent = (text: string) => invoke(body.replace('"payload":0', `"payload":${text}`));
    expect((await sent(payload.replace('1.0', '1'))).json.error.code).toBe(1002);
    expect((await sent(payload)).status).toBe(200);
  });

  it('is one call per token, however the call ends', async () => {
    const session = await openSession(sandbox(), { allowed_tool_patterns: ['echo'] });
    const token = await session.token();
    expect((await session.call('other', {}, { token })).json.error.code).toBe(2000);
    const again = await session.call('echo', ARGS, { token });
    expect([again.status, again.json.error.code]).toEqual([401, 1003]);
    const several = await session.token();
    const answers = await Promise.all([1, 2, 3].map(() => session.call('echo', ARGS, { token: several })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  });

  it('may use its token anew after the sweep that follows 30 s', async () => {
    let now = Date.now();
    const own = await useSandbox({
      clock: { now: () => new Date(now), sleep: async () => {}, uuid: () => crypto.randomUUID() },
    });
    await (await operator(own))('POST', '/v1/cli-tools', { json: TOOL });
    const session = await openSession(own);
    const token = await session.token();
    const call = () => session.call('echo', ARGS, { token, timestamp: Math.floor(now / 1000) });
    now += 10_000;
    expect((await call()).status).toBe(200);
    now += 29_000;
    expect((await call()).status).toBe(401);
    now += 12_000;
    expect((await call()).status).toBe(401);
    now += 10_000;
    expect((await call()).status).toBe(200);
  });
});

describe('the middleware refuses without a body', () => {
  const padded = (value: unknown) => `${Buffer.from(JSON.stringify(value)).toString('base64url')}=`;
  const claims = (value: unknown) => `x.${Buffer.from(JSON.stringify(value)).toString('base64url')}.x`;

  it.each([
    ['no body', ''],
    ['no JSON', '{'],
    ['no object', '[]'],
    ['no token', '{}'],
    ['a token that is no text', '{"security_token":7}'],
    ['a token without claims', '{"security_token":"x"}'],
    ['claims that are no JSON', '{"security_token":"a.b.c"}'],
    ['claims in padded base64', JSON.stringify({ security_token: `x.${padded({ tenant_id: 'acme' })}.x` })],
    ['a large body that is no JSON', '['.repeat(3 * 1024 * 1024)],
    ['no tenant', JSON.stringify({ security_token: claims({ exec_id: 'a' }) })],
    ['a blank tenant', JSON.stringify({ security_token: claims({ tenant_id: ' ' }) })],
    ['a tenant that is no text', JSON.stringify({ security_token: claims({ tenant_id: 7 }) })],
  ])('%s', async (_title, body) => {
    const { status, text } = await invoke(body);
    expect([status, text]).toEqual([401, '']);
  });

  it('before it looks at method and content type', async () => {
    expect((await request(`${sandbox().gatewayUrl}/v1/invoke`, 'GET')).status).toBe(401);
    const body = JSON.stringify({ security_token: claims({ tenant_id: 'acme' }) });
    expect((await invoke(body, '/v1/invoke', { 'content-type': 'text/plain' })).status).toBe(415);
    const put = await request(`${sandbox().gatewayUrl}/v1/invoke`, 'PUT', { body, headers: JSON_TYPE });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('an envelope', () => {
  it.each([
    ['protocol', undefined, 'missing field `protocol`'],
    ['signature', 7, 'signature: invalid type, expected a string'],
    ['payload', undefined, 'missing field `payload`'],
    ['timestamp', undefined, 'missing field `timestamp`'],
    ['timestamp', '2026-01-01T00:00:00Z', 'timestamp: invalid type, expected i64'],
    ['timestamp', 1.5, 'timestamp: invalid type, expected i64'],
    ['container_id', 7, 'container_id: invalid type, expected a string'],
  ])('of another shape is 422 text: %s %j', async (name, value, detail) => {
    const session = await openSession(sandbox());
    const { status, text } = await session.call('echo', ARGS, { envelope: { [name]: value } });
    expect([status, text]).toEqual([
      422,
      `Failed to deserialize the JSON body into the target type: ${detail}`,
    ]);
  });

  it('may name a container, and be at most 2 MiB', async () => {
    const session = await openSession(sandbox());
    expect((await session.call('echo', ARGS, { envelope: { container_id: 'c' } })).status).toBe(200);
    const large = await session.call('echo', { ...ARGS, args: ['x'.repeat(2 * 1024 * 1024)] });
    expect(large.status).toBe(413);
  });

  it('that asks for no tool call is 1000', async () => {
    const session = await openSession(sandbox());
    const params = { name: 'echo', arguments: ARGS };
    for (const payload of [
      null,
      {},
      { method: 'tools/call' },
      { method: 'tools/list', params },
      { method: 'tools/call', params: {} },
      { method: 'tools/call', params: { name: 7, arguments: {} } },
      { method: 'tools/call', params: { name: 'echo' } },
    ]) {
      const { status, json } = await session.call('echo', ARGS, { payload });
      expect([status, json.error.code]).toEqual([400, 1000]);
    }
  });
});

describe('a refusal carries', () => {
  const code = async (
    parts: object,
    ...asked: Parameters<Awaited<ReturnType<typeof openSession>>['call']>
  ) => {
    const { status, json } = await (await openSession(sandbox(), parts)).call(...asked);
    return [status, json.error?.code ?? json.error];
  };
  const old = () => Math.floor(Date.now() / 1000) - 40;

  it('code, message, time and a request id', async () => {
    const session = await openSession(sandbox());
    const { status, json } = await session.call('echo', ARGS, { envelope: { protocol: 'smcp/v1' } });
    expect(status).toBe(400);
    expect(json).toEqual({
      protocol: 'seal/v1',
      status: 'error',
      error: {
        code: 1000,
        message: "unsupported protocol 'smcp/v1'",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  });

  it.each([
    ['a key that is no base64', { public_key_b64: '*' }, {}, [400, 1000]],
    ['a key of another length', { public_key_b64: 'AAAA' }, {}, [400, 1000]],
    ['a key that is no point', { public_key_b64: Buffer.alloc(32, 2).toString('base64') }, {}, [401, 1002]],
    [
      'such a key before a bad signature',
      { public_key_b64: Buffer.alloc(32, 2).toString('base64') },
      { envelope: { signature: '*' } },
      [401, 1002],
    ],
    ['a signature that is no base64', {}, { envelope: { signature: '*' } }, [401, 1001]],
    ['a signature of another length', {}, { envelope: { signature: 'AAAA' } }, [401, 1001]],
    ['another signature', {}, { envelope: { signature: Buffer.alloc(64).toString('base64') } }, [401, 1002]],
    ['a time long past', {}, { timestamp: old() }, [401, 1003]],
    [
      'a token of two parts',
      {},
      { claims: {}, token: `x.${Buffer.from('{"tenant_id":"a"}').toString('base64url')}` },
      [401, 1004],
    ],
    ['no exec_id', {}, { claims: { exec_id: undefined } }, [401, 1004]],
    ['an unknown execution', {}, { claims: { exec_id: 'nobody' } }, [401, 'unauthorized']],
    ['no sub', {}, { claims: { sub: undefined } }, [401, 1004]],
    ['no scp', {}, { claims: { scp: undefined } }, [401, 1004]],
    ['no wid', {}, { claims: { wid: undefined } }, [401, 1004]],
    ['a blank wid', {}, { claims: { wid: ' ' } }, [401, 1004]],
    ['no exp', {}, { claims: { exp: undefined } }, [401, 1004]],
    ['no jti', {}, { claims: { jti: undefined } }, [401, 1004]],
    ['an expired token', {}, { claims: { exp: old() - 30 } }, [401, 1002]],
    ['a token within the leeway', {}, { claims: { exp: old() } }, [200, undefined]],
    ['another issuer', {}, { claims: { iss: 'me' } }, [401, 1004]],
    ['another audience', {}, { claims: { aud: 'me' } }, [401, 1004]],
    ['no issuer and no audience', {}, { claims: { iss: undefined, aud: undefined } }, [200, undefined]],
    ['several audiences', {}, { claims: { aud: ['me', 'aegis-agents'] } }, [200, undefined]],
    ['another scope', {}, { claims: { scp: 'internal' } }, [400, 3001]],
    ['another subject', {}, { claims: { sub: 'me' } }, [401, 'unauthorized']],
    ['a revoked session', { session_status: 'Revoked' }, {}, [401, 'unauthorized']],
    ['an expired session', { expires_at: '2020-01-01T00:00:00Z' }, {}, [401, 'unauthorized']],
    ['an unknown security context', { security_context: 'nowhere' }, {}, [403, 'forbidden']],
    ['a session without the tool', { allowed_tool_patterns: ['fs.*'] }, {}, [403, 2000]],
  ])('%s', async (_title, parts, sealing, outcome) => {
    expect(await code(parts, 'echo', ARGS, sealing)).toEqual(outcome);
  });

  it.each([
    ['the identity', `01${'00'.repeat(31)}`],
    ['the identity with its sign set', `01${'00'.repeat(30)}80`],
    ['the identity, not reduced', `ee${'ff'.repeat(30)}7f`],
    ['a point of order 2', `ec${'ff'.repeat(30)}7f`],
    ['a point of order 4', '00'.repeat(32)],
    ['a point of order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ])('a key under which everybody can sign: %s', async (_title, key) => {
    const session = await openSession(sandbox(), {
      public_key_b64: Buffer.from(key, 'hex').toString('base64'),
    });
    const signature = Buffer.from(`01${'00'.repeat(63)}`, 'hex').toString('base64');
    const { status, json } = await session.call('echo', ARGS, { envelope: { signature } });
    expect([status, json.error?.code]).toEqual([401, 1002]);
  });

  it('a signature whose scalar is not reduced', async () => {
    const { privateKey, b64 } = createKey();
    const session = await openSession(sandbox(), { public_key_b64: b64 });
    const security_token = await session.token();
    const envelope = JSON.parse(seal({ security_token, key: privateKey, tool: 'echo', args: ARGS }));
    const bytes = Buffer.from(envelope.signature, 'base64');
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const scalar = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
    const malleated = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse();
    const signature = Buffer.concat([bytes.subarray(0, 32), malleated]).toString('base64');
    expect((await invoke(JSON.stringify({ ...envelope, signature }))).json.error.code).toBe(1002);
  });

  it('a token of another key', async () => {
    const session = await openSession(sandbox());
    const [head, claims] = (await session.token()).split('.');
    const token = `${head}.${claims}.${Buffer.alloc(256).toString('base64url')}`;
    expect((await session.call('echo', ARGS, { token })).json.error.code).toBe(1002);
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const unsigned = await session.call('echo', ARGS, { token: `${none}.${claims}.` });
    expect([unsigned.status, unsigned.json.error.code]).toEqual([401, 1004]);
  });

  it('the policy of the context, and 1002 for a tool named after a signature', async () => {
    const call = await operator(sandbox());
    const capabilities = [
      { tool_pattern: 'fs.*', path_allowlist: ['/workspace'] },
      { tool_pattern: 'cmd.run', command_allowlist: ['git'], subcommand_allowlist: { git: ['status'] } },
      { tool_pattern: 'web.*', domain_allowlist: ['x.org'] },
    ];
    await call('POST', '/v1/security-contexts', {
      json: { name: 'files', capabilities, deny_list: ['fs.rm'] },
    });
    const parts = { security_context: 'files' };
    expect(await code(parts, 'fs.read', { ...ARGS, path: '/workspace/a' })).toEqual([200, undefined]);
    expect(await code(parts, 'fs.read', { ...ARGS, path: '/etc' })).toEqual([403, 2002]);
    expect(await code(parts, 'fs.rm', ARGS)).toEqual([403, 2001]);
    expect(await code(parts, 'cmd.run', { ...ARGS, command: 'git status' })).toEqual([200, undefined]);
    expect(await code(parts, 'cmd.run', { ...ARGS, command: 'git push' })).toEqual([403, 2003]);
    expect(await code(parts, 'web.fetch', { ...ARGS, url: 'https://x.org/' })).toEqual([200, undefined]);
    expect(await code(parts, 'web.fetch', { ...ARGS, url: 'https://y.org/' })).toEqual([403, 2004]);
    expect(await code(parts, 'echo', ARGS)).toEqual([403, 2000]);
    expect(await code(parts, 'echo.signature', ARGS)).toEqual([401, 1002]);
  });

  it('the missing tool', async () => {
    const { status, json } = await (await openSession(sandbox())).call('nothing');
    expect([status, json]).toEqual([404, { error: "workflow 'nothing' not found" }]);
  });
});

it('a CLI tool goes before a workflow of the same name', async () => {
  const call = await operator(sandbox());
  const upstream = await useUpstream(() => ({}));
  const spec = await registerSpec(call, upstream.url, { list: 'GET /pets' });
  await registerWorkflow(call, spec, { name: 'both' });
  expect((await (await openSession(sandbox())).call('both')).json.result.state).toEqual({ input: {} });
  await call('POST', '/v1/cli-tools', { json: { ...TOOL, name: 'both' } });
  expect((await (await openSession(sandbox())).call('both', ARGS)).json).toEqual(RESULT);
});
