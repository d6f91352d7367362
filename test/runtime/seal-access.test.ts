/** A credential that the attestation refuses is renewed once; what is left is explained from the token. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { TokenSource } from '../../src/client/types.js';
import { type Flags, readConfig } from '../../src/config.js';
import { SealAccess } from '../../src/runtime/seal-access.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { type Answer, startScriptedServer } from '../tools/_orchestrator.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const never = new AbortController().signal;

function access(tokens: TokenSource): SealAccess {
  const config = readConfig({ url: sandbox.url, journal: ':memory:' }, {});
  const http = createHttpClient({ baseUrl: sandbox.url, tokens });
  const seal = new SealAccess({ config, url: sandbox.url, http, tokens, proxy: undefined });
  onTestFinished(async () => {
    await seal.close();
    await http.close();
  });
  return seal;
}

/** A token whose signature is not that of its content. */
async function forged(): Promise<string> {
  const [head, body, signature = ''] = (await sandbox.issueToken()).split('.');
  return [head, body, signature.split('').reverse().join('')].join('.');
}

describe('a credential that the attestation refuses', () => {
  it('is renewed once, and the call goes on', async () => {
    const [bad, good] = [await forged(), await sandbox.issueToken()];
    let current = bad;
    const renewed: string[] = [];
    const renew = async (rejected: string): Promise<string> => {
      renewed.push(rejected);
      current = good;
      return good;
    };
    const seal = access({ token: async () => current, renew });
    expect(await seal.invoke({ tool: 'aegis.agent.list', arguments: {} }, undefined, never)).toMatchObject({
      count: 0,
      agents: [],
    });
    expect(renewed).toEqual([bad]);
  });

  it('is not tried again when there is no other', async () => {
    const bad = await forged();
    let asked = 0;
    const renew = async (): Promise<undefined> => {
      asked += 1;
    };
    const seal = access({ description: 'the token of a test', token: async () => bad, renew });
    await expect(
      seal.invoke({ tool: 'aegis.agent.list', arguments: {} }, undefined, never),
    ).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
      message: 'SEAL attestation: The server does not accept the token.',
      next: expect.stringContaining('Check the token of a test'),
      mayHaveRun: false,
    });
    expect(asked).toBe(1);
  });

  it('says when it expired', async () => {
    const expired = await sandbox.issueToken({ expiresIn: -60 });
    const seal = access({ token: async () => expired, renew: async () => undefined });
    await expect(
      seal.invoke({ tool: 'aegis.agent.list', arguments: {} }, undefined, never),
    ).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/^SEAL attestation: The token expired at \d{4}-\d\d-\d\dT/),
    });
  });
});

describe('what a security context lists', () => {
  const CLAIMS = { iss: 'https://auth.example/realms/aegis-system', azp: 'aegis-mcp', sub: 's' };
  const token = ['{"alg":"RS256"}', JSON.stringify(CLAIMS), 'sig']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  const tokens = { token: async () => token, renew: async () => undefined };
  const call = {
    tool: 'delete_agent',
    seal: { tool: 'aegis.agent.delete', arguments: { agent_id: 'a' } },
    request: { method: 'DELETE', path: '/v1/agents/a' },
  } as const;

  /** The answers in order; the last one again where there is but one. */
  async function carry(...answers: [Answer, ...Answer[]]): Promise<unknown> {
    return await carryWith({}, ...answers);
  }

  async function carryWith(flags: Flags, ...answers: [Answer, ...Answer[]]): Promise<unknown> {
    const server = await startScriptedServer();
    onTestFinished(() => server.close());
    const [answer] = answers;
    server.script(answers.length > 1 ? answers : [answer, answer, answer]);
    const config = readConfig({ url: server.url, journal: ':memory:', ...flags }, {});
    const http = createHttpClient({ baseUrl: server.url, tokens, sleep: async () => undefined });
    const seal = new SealAccess({ config, url: server.url, http, tokens, proxy: undefined });
    onTestFinished(async () => {
      await seal.close();
      await http.close();
    });
    return await seal.carry(call, async () => 'sent', never);
  }

  it.each<[string, Answer]>([
    ['no such route', { status: 404, empty: true }],
    ['an unknown context', { status: 500, json: { error: 'Configuration error: unknown context' } }],
    ['a list without the tool', { json: { protocol: 'seal/v1', tools: [{ name: 'aegis.agent.list' }] } }],
  ])('is nothing for this call where the server has %s: it goes over REST', async (_what, answer) => {
    expect(await carry(answer)).toMatchObject({ via: 'rest', response: 'sent' });
  });

  it('is called with results whose large integers are kept, as those of REST are', async () => {
    const answers: [Answer, Answer, Answer] = [
      { json: { tools: [{ name: 'aegis.agent.delete' }] } },
      { json: { security_token: 't', expires_at: '2999-01-01T00:00:00Z' } },
      { text: '{"quota":18446744073709551615}' },
    ];
    expect(await carry(...answers)).toMatchObject({ via: 'seal', result: { quota: '18446744073709551615' } });
  });

  it.each<[string, Answer, string]>([
    ['is not available', { status: 503, text: 'later' }, 'unavailable'],
    ['cannot be read', { text: '<html>' }, 'bad_response'],
    ['fails', { status: 500, json: { error: 'Internal error: registry is gone' } }, 'server_error'],
    ['limits requests', { status: 429, json: { error: 'slow down' } }, 'rate_limited'],
  ])('must be known: where the server %s, nothing is sent, and why is told', async (_what, answer, code) => {
    await expect(carry(answer)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(
        /^SEAL: delete_agent was not sent: the list of SEAL tools cannot be read: \S.*\.$/,
      ),
      next: expect.stringMatching(/\w/),
      mayHaveRun: false,
    });
  });

  it('must exist where it was configured: a name that is mistyped turns nothing off', async () => {
    const unknown = {
      status: 500,
      json: { error: "Configuration error: Security context 'zaru-fre' not found" },
    };
    await expect(carryWith({ securityContext: 'zaru-fre' }, unknown)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message:
        'SEAL: delete_agent was not sent: the list of SEAL tools cannot be read: The server does not know the context zaru-fre.',
      next: expect.stringContaining('Correct --security-context'),
      mayHaveRun: false,
    });
  });
});
