/** `whoami` answers whatever is wrong: it is where one looks when calls are refused. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { buildListing } from '../../src/tools/listing.js';
import { startScriptedServer } from '../tools/_orchestrator.js';
import { run } from './_program.js';
import { useTools } from './_tools.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const NOBODY = 'http://127.0.0.1:1';

describe('with a working orchestrator', () => {
  it('tells where, as whom, with what rights and by which way', async () => {
    const token = await sandbox.issueToken({ scopes: ['agent:list', 'agent:read'] });
    const about = await useTools({ url: sandbox.url }, { AEGIS_TOKEN: token }).must('whoami');
    expect(about).toEqual({
      orchestrator: {
        url: sandbox.url,
        reachable: true,
        sandbox: true,
        status: 'ready',
        version: null,
        error: null,
        clock_skew_ms: expect.any(Number),
      },
      identity: {
        kind: 'service_account',
        subject: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0001',
        client_id: 'aegis-mcp',
        issuer: `${sandbox.url}/realms/aegis-system`,
        role: null,
        scopes: ['agent:list', 'agent:read'],
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        error: null,
      },
      tenant: 'aegis-system',
      seal: { mode: 'auto', security_context: 'aegis-system-operator', journal: ':memory:' },
      surface: { tools: 174, toolsets: ['all'], read_only: false },
    });
  });

  it.each([
    [{ user: 'admin' }, { kind: 'operator', role: 'aegis:admin' }, 'aegis-system', 'aegis-system-operator'],
    [
      { user: 'pro@sandbox.local' },
      { kind: 'consumer', subject: '5b0c5a5e-0a54-4b9c-8f57-6a3a1f0d0022' },
      'u-5b0c5a5e0a544b9c8f576a3a1f0d0022',
      'zaru-pro',
    ],
    [{ tenant: 'acme' }, { kind: 'tenant_user' }, 'acme', null],
  ])('tells %j apart', async (options, identity, tenant, security_context) => {
    const token = await sandbox.issueToken(options);
    const about = await useTools({ url: sandbox.url }, { AEGIS_TOKEN: token }).must('whoami');
    expect(about).toMatchObject({ identity, tenant, seal: { security_context } });
  });

  it('tells what the configuration pins', async () => {
    const flags = { url: sandbox.url, tenant: 'acme', toolsets: 'approvals', readOnly: true, seal: 'off' };
    expect(await useTools(flags).must('whoami')).toMatchObject({
      identity: { kind: 'anonymous', error: null },
      tenant: 'acme',
      seal: { mode: 'off', security_context: null },
      surface: { tools: 3, toolsets: ['approvals'], read_only: true },
    });
  });

  it('tells of the credentials of Keycloak, and that the sandbox inside is one', async () => {
    const env = {
      AEGIS_KEYCLOAK_URL: sandbox.url,
      AEGIS_CLIENT_ID: 'aegis-readonly',
      AEGIS_CLIENT_SECRET: 'sandbox-secret',
    };
    expect(await useTools({ url: sandbox.url }, env).must('whoami')).toMatchObject({
      identity: { client_id: 'aegis-readonly', error: null },
    });
    expect(await useTools({ sandbox: true }).must('whoami')).toMatchObject({
      orchestrator: { sandbox: true, reachable: true },
    });
  });
});

describe('without', () => {
  it('a server, it says what was tried', async () => {
    const about = await useTools({ url: NOBODY }).must('whoami');
    expect(about.orchestrator).toMatchObject({
      url: NOBODY,
      reachable: false,
      status: null,
      error: expect.stringMatching(/^unreachable: .*127\.0\.0\.1:1/),
    });
  });

  it('a credential, it says that the caller is anonymous', async () => {
    const about = await useTools({ url: sandbox.url }).must('whoami');
    expect(about).toMatchObject({
      orchestrator: { reachable: true },
      identity: { kind: 'anonymous', scopes: [], expires_at: null },
      tenant: null,
      seal: { security_context: null },
    });
  });

  it('the right secret, it says what the identity provider said', async () => {
    const env = {
      AEGIS_KEYCLOAK_URL: sandbox.url,
      AEGIS_CLIENT_ID: 'aegis-mcp',
      AEGIS_CLIENT_SECRET: 'wrong-secret',
    };
    const about = await useTools({ url: sandbox.url }, env).must('whoami');
    expect(about).toMatchObject({ orchestrator: { reachable: true }, identity: { kind: 'anonymous' } });
    expect(JSON.stringify(about)).toMatch(/unauthorized: /);
    expect(JSON.stringify(about)).not.toContain('wrong-secret');
  });

  it('a token file, it names the file', async () => {
    const about = await useTools({ url: sandbox.url, tokenFile: '/nowhere/token' }).must('whoami');
    expect(about.identity).toMatchObject({ error: expect.stringContaining('/nowhere/token does not exist') });
  });

  it('a valid token, it says that it has expired and still whose it is', async () => {
    const token = await sandbox.issueToken({ expiresIn: -60 });
    const about = await useTools({ url: sandbox.url }, { AEGIS_TOKEN: token }).must('whoami');
    expect(about).toMatchObject({
      orchestrator: { reachable: true, status: 'ready' },
      identity: {
        kind: 'service_account',
        error: 'unauthorized: The token has expired. Obtain a new one.',
      },
    });
  });

  it('an orchestrator at the address, it tells that apart from one', async () => {
    const server = await startScriptedServer();
    try {
      server.script([{ json: { status: 'ready', version: '0.9.1' } }]);
      expect(await useTools({ url: server.url }).must('whoami')).toMatchObject({
        orchestrator: { sandbox: false, status: 'ready', version: '0.9.1', error: null },
      });
      for (const answer of [
        { text: '<html>Login</html>' },
        { json: { ok: true } },
        { status: 404, empty: true },
      ]) {
        server.script([Object(answer)]);
        const { orchestrator } = await useTools({ url: server.url }).must('whoami');
        expect(orchestrator).toMatchObject({ reachable: true, status: null, error: expect.any(String) });
      }
    } finally {
      await server.close();
    }
  });
});

describe('its answer', () => {
  const schema = buildListing().find(({ tool }) => tool.name === 'whoami')?.tool.outputSchema ?? {};

  it('has the shape of the output schema, with and without a server', async () => {
    const validate = new Ajv2020({ strict: false }).compile(schema);
    for (const flags of [{ url: sandbox.url }, { url: NOBODY }, { sandbox: true }]) {
      const about = await useTools(flags).must('whoami');
      expect(validate(about), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('never shows a token', async () => {
    const token = await sandbox.issueToken();
    const { text } = await useTools({ url: sandbox.url }, { AEGIS_TOKEN: token }).call('whoami');
    expect(text).not.toContain(token);
    expect(text).not.toContain(token.split('.')[2]);
  });
});

describe('the embedded sandbox', () => {
  it('is reached directly, whatever proxy the machine has', async () => {
    const proxy = { HTTP_PROXY: NOBODY, http_proxy: NOBODY, AEGIS_LOG_LEVEL: 'silent' };
    const { code, stdout, stderr } = await run(['call', 'whoami', '--sandbox'], { env: proxy });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ orchestrator: { reachable: true, sandbox: true } });
  });

  it('keeps its journal beside its data', async () => {
    const data = mkdtempSync(join(tmpdir(), 'aegis-mcp-'));
    const { code, stdout } = await run(['call', 'whoami', '--sandbox', '--data', data]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ seal: { journal: join(data, 'journal.db') } });
    rmSync(data, { recursive: true });
  });
});
