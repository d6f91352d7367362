import { describe, expect, it } from 'vitest';
import { type Flags, optionSpecs, readConfig } from '../src/config.js';
import { AegisError } from '../src/errors.js';

type Env = Readonly<Record<string, string>>;

function refusal(flags: Flags, env: Env = {}): string {
  try {
    readConfig(flags, env);
  } catch (error) {
    if (error instanceof AegisError && error.code === 'invalid_configuration') return error.message;
    throw error;
  }
  throw new Error('accepted');
}

describe('without flags and environment', () => {
  it('has the documented defaults', () => {
    expect(readConfig({}, {})).toEqual({
      sandbox: false,
      sandboxDialect: 'live',
      toolsets: ['core'],
      catalogPollSecs: 60,
      readOnly: false,
      dialect: 'auto',
      realm: 'aegis-system',
      tokenRefreshBufferSecs: 30,
      seal: 'auto',
      journalMaxMb: 16,
      host: '127.0.0.1',
      requestTimeoutSecs: 60,
      maxResponseBytes: 16_777_216,
      logLevel: 'info',
    });
  });
});

describe('precedence', () => {
  it('takes the flag before the environment, and the environment before the default', () => {
    expect(readConfig({ realm: 'by-flag' }, { AEGIS_REALM: 'by-env' }).realm).toBe('by-flag');
    expect(readConfig({}, { AEGIS_REALM: 'by-env' }).realm).toBe('by-env');
    expect(readConfig({}, {}).realm).toBe('aegis-system');
  });

  it('takes an empty environment value as unset', () => {
    expect(readConfig({}, { AEGIS_REALM: '', AEGIS_URL: '', AEGIS_SANDBOX: '' })).toMatchObject({
      realm: 'aegis-system',
      sandbox: false,
    });
    expect(readConfig({}, { AEGIS_URL: '' }).url).toBeUndefined();
  });

  it('lets a switch be turned on by flag and off by the environment', () => {
    expect(readConfig({ readOnly: true }, { AEGIS_READ_ONLY: 'false' }).readOnly).toBe(true);
    expect(readConfig({}, { AEGIS_READ_ONLY: 'off' }).readOnly).toBe(false);
  });
});

describe('values', () => {
  it.each([
    ['1', true],
    ['true', true],
    ['Yes', true],
    ['ON', true],
    ['0', false],
    ['False', false],
    ['no', false],
    ['off', false],
  ])('reads the switch %s', (text, value) => {
    expect(readConfig({}, { AEGIS_READ_ONLY: text }).readOnly).toBe(value);
  });

  it.each([
    ['http://127.0.0.1:8088/', 'http://127.0.0.1:8088'],
    ['https://aegis.example.com/prefix//', 'https://aegis.example.com/prefix'],
  ])('reads the address %s without slashes at the end', (text, value) => {
    expect(readConfig({ url: text }, {}).url).toBe(value);
  });

  it('reads lists with spaces around their parts', () => {
    const flags = { toolsets: 'agents, executions', allowedHosts: 'a.example, b.example:8080,' };
    expect(readConfig(flags, {})).toMatchObject({
      toolsets: ['agents', 'executions'],
      allowedHosts: ['a.example', 'b.example:8080'],
    });
  });

  it('reads numbers, with decimals where the unit allows them', () => {
    const env = { AEGIS_REQUEST_TIMEOUT_SECS: '0.5', AEGIS_MCP_PORT: '0' };
    expect(readConfig({}, env)).toMatchObject({ requestTimeoutSecs: 0.5, port: 0 });
  });
});

describe('a bad value', () => {
  const flags: readonly (readonly [option: string, value: string, flag: string])[] = [
    ['url', 'localhost:8088', '--url'],
    ['url', 'ftp://aegis.example.com', '--url'],
    ['url', 'http://', '--url'],
    ['url', 'http://user:secret@aegis.example.com', '--url'],
    ['url', 'http://aegis.example.com/?a=1', '--url'],
    ['url', '', '--url'],
    ['sandboxDialect', 'dead', '--sandbox-dialect'],
    ['data', '', '--data'],
    ['toolsets', 'agents,nope', '--toolsets'],
    ['toolsets', '', '--toolsets'],
    ['tenant', 'Acme Inc', '--tenant'],
    ['tenant', `a${'b'.repeat(63)}`, '--tenant'],
    ['dialect', 'AUTO', '--dialect'],
    ['keycloakUrl', 'auth.example.com', '--keycloak-url'],
    ['tokenRefreshBufferSecs', '-1', '--token-refresh-buffer-secs'],
    ['tokenRefreshBufferSecs', '', '--token-refresh-buffer-secs'],
    ['seal', 'maybe', '--seal'],
    ['host', '', '--host'],
    ['port', '65536', '--port'],
    ['port', '80.5', '--port'],
    ['port', '0x50', '--port'],
    ['port', '', '--port'],
    ['requestTimeoutSecs', '0', '--request-timeout-secs'],
    ['requestTimeoutSecs', '1e3', '--request-timeout-secs'],
    ['maxResponseBytes', '1023', '--max-response-bytes'],
    ['logLevel', 'loud', '--log-level'],
  ];
  it.each(flags)('of %s, %j, is refused and names the flag', (option, value, flag) => {
    expect(refusal({ [option]: value })).toMatch(new RegExp(`^${flag}: `));
  });

  it.each([
    ['AEGIS_URL', 'nowhere'],
    ['AEGIS_SANDBOX', 'perhaps'],
    ['AEGIS_TOOLSETS', ','],
    ['AEGIS_READ_ONLY', '2'],
    ['AEGIS_TENANT', '-a'],
    ['AEGIS_SEAL', 'on'],
    ['AEGIS_MCP_PORT', 'http'],
    ['AEGIS_MAX_RESPONSE_BYTES', '16 MiB'],
    ['AEGIS_LOG_LEVEL', 'verbose'],
    ['AEGIS_CATALOG_POLL_SECS', '0'],
  ])('of %s, %j, is refused and names the variable', (variable, value) => {
    expect(refusal({}, { [variable]: value })).toMatch(new RegExp(`^${variable}: `));
  });

  it('is named by the flag when both are given', () => {
    expect(refusal({ port: 'x' }, { AEGIS_MCP_PORT: '80' })).toBe(
      '--port: must be a whole number from 0 to 65535.',
    );
  });

  it('is not repeated: a password may stand in an address', () => {
    expect(refusal({ url: 'http://user:hunter2@aegis.example.com' })).not.toContain('hunter2');
  });
});

describe('contradictions', () => {
  const url = 'http://127.0.0.1:8088';
  const keycloakUrl = 'https://auth.example.com';
  it.each<[string, Flags, Env, string]>([
    [
      'sandbox and url',
      { sandbox: true, url },
      {},
      '--sandbox (AEGIS_SANDBOX) and --url (AEGIS_URL) exclude each other.',
    ],
    [
      'token and token file',
      { tokenFile: '/run/token' },
      { AEGIS_TOKEN: 't' },
      'AEGIS_TOKEN and --token-file (AEGIS_TOKEN_FILE) exclude each other: give one credential.',
    ],
    [
      'token and client',
      { clientId: 'c', keycloakUrl },
      { AEGIS_TOKEN: 't', AEGIS_CLIENT_SECRET: 's' },
      'AEGIS_TOKEN and --client-id (AEGIS_CLIENT_ID) exclude each other: give one credential.',
    ],
    [
      'a secret without client',
      {},
      { AEGIS_CLIENT_SECRET: 's' },
      'AEGIS_CLIENT_SECRET needs --client-id (AEGIS_CLIENT_ID).',
    ],
    [
      'a client without secret',
      { clientId: 'c', keycloakUrl },
      {},
      '--client-id (AEGIS_CLIENT_ID) needs AEGIS_CLIENT_SECRET.',
    ],
    [
      'a client without Keycloak',
      { clientId: 'c' },
      { AEGIS_CLIENT_SECRET: 's' },
      '--client-id (AEGIS_CLIENT_ID) needs --keycloak-url (AEGIS_KEYCLOAK_URL).',
    ],
    [
      'Keycloak without client',
      { keycloakUrl },
      {},
      '--keycloak-url (AEGIS_KEYCLOAK_URL) needs --client-id (AEGIS_CLIENT_ID).',
    ],
  ])('refuses %s, naming both', (_title, flags, env, message) => {
    expect(refusal(flags, env)).toBe(message);
  });

  it('accepts complete client credentials', () => {
    const env = { AEGIS_KEYCLOAK_URL: keycloakUrl, AEGIS_CLIENT_ID: 'c', AEGIS_CLIENT_SECRET: 's' };
    expect(readConfig({}, env)).toMatchObject({ keycloakUrl, clientId: 'c', clientSecret: 's' });
  });

  it('accepts the address of Keycloak beside another credential, as shared environments have it', () => {
    expect(readConfig({}, { AEGIS_KEYCLOAK_URL: keycloakUrl, AEGIS_TOKEN: 't' }).token).toBe('t');
  });
});

describe('the SEAL gateway', () => {
  const gatewayUrl = 'https://gateway.example.com';

  it.each([
    [{}, { AEGIS_GATEWAY_TOKEN: 't' }, /^AEGIS_GATEWAY_TOKEN needs --gateway-url/],
    [
      { gatewayUrl, gatewayTokenFile: '/t' },
      { AEGIS_GATEWAY_TOKEN: 't' },
      /exclude each other: give one credential/,
    ],
    [{ gatewayUrl }, { AEGIS_GATEWAY_CLIENT_ID: 'c' }, /need each other/],
    [{ gatewayUrl }, { AEGIS_GATEWAY_CLIENT_SECRET: 's' }, /need each other/],
    [{ gatewayUrl, gatewayClientId: 'c' }, { AEGIS_GATEWAY_CLIENT_SECRET: 's' }, /needs --keycloak-url/],
    [{ gatewayUrl, sandbox: true }, {}, /^--sandbox .* exclude each other/],
  ])('refuses %j with %j', (flags, env, message) => {
    expect(refusal(flags, env)).toMatch(message);
  });

  it('has a credential of its own, a client of the same Keycloak among them', () => {
    const env = {
      AEGIS_TOKEN: 't',
      AEGIS_KEYCLOAK_URL: 'https://auth.example.com',
      AEGIS_GATEWAY_CLIENT_ID: 'c',
      AEGIS_GATEWAY_CLIENT_SECRET: 's',
    };
    expect(readConfig({ gatewayUrl }, env)).toMatchObject({ gatewayUrl, gatewayClientId: 'c', token: 't' });
  });
});

it('a user of the sandbox needs the sandbox', () => {
  expect(refusal({ sandboxUser: 'operator' })).toMatch(
    /^--sandbox-user \(AEGIS_SANDBOX_USER\) needs --sandbox/,
  );
  expect(readConfig({ sandbox: true, sandboxUser: 'operator' }, {}).sandboxUser).toBe('operator');
});

describe('webhook secrets', () => {
  const secretsOf = (text: string) => readConfig({}, { AEGIS_WEBHOOK_SECRETS: text }).webhookSecrets;

  it.each([
    [
      'ci=abc, github=d=e=',
      [
        ['ci', 'abc'],
        ['github', 'd=e='],
      ],
    ],
    ['{"ci":"a,b"}', [['ci', 'a,b']]],
  ])('are read from %s', (text, pairs) => {
    expect([...(secretsOf(text) ?? [])]).toEqual(pairs);
  });

  it.each(['abc', 'ci=', '=abc', '{"ci":7}', '{"ci"', '{}x'])(
    '%s is refused without being repeated',
    (text) => {
      const message = refusal({}, { AEGIS_WEBHOOK_SECRETS: text });
      expect(message).toBe(
        'AEGIS_WEBHOOK_SECRETS: must be name=secret, comma separated, or a JSON object of texts.',
      );
    },
  );
});

describe('the option table', () => {
  const specs = optionSpecs();

  it('describes every option in a sentence, with its own variable', () => {
    for (const { name, description, env } of specs) {
      expect(description, name).toMatch(/^[A-Z].{10,}\.$/);
      expect(env, name).toMatch(/^AEGIS_[A-Z_]+$/);
    }
    expect(new Set(specs.map(({ env }) => env)).size).toBe(specs.length);
  });

  it('has a flag for everything but secrets', () => {
    expect(specs.filter(({ flag }) => flag === undefined).map(({ env }) => env)).toEqual([
      'AEGIS_TOKEN',
      'AEGIS_CLIENT_SECRET',
      'AEGIS_GATEWAY_TOKEN',
      'AEGIS_GATEWAY_CLIENT_SECRET',
      'AEGIS_WEBHOOK_SECRETS',
    ]);
  });

  it('takes no secret from a flag, even one that somebody passes in', () => {
    const config = readConfig({ token: 'on-the-command-line', clientSecret: 'too' }, {});
    expect(config.token).toBeUndefined();
    expect(config.clientSecret).toBeUndefined();
  });

  it('has flags that are the names in kebab case, as commander reads them', () => {
    for (const { name, flag } of specs)
      if (flag !== undefined)
        expect(flag.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())).toBe(name);
  });
});
