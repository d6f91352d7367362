import { describe, expect, it } from 'vitest';
import { request, shareSandbox, useSandbox } from '../_sandbox.js';
import { operator } from './_gateway.js';

const sandbox = shareSandbox();
const ROUTES = [
  ['GET', '/v1/specs'],
  ['POST', '/v1/specs'],
  ['DELETE', '/v1/specs/x'],
  ['PUT', '/v1/workflows/x'],
  ['GET', '/v1/cli-tools'],
  ['GET', '/v1/tools'],
  ['GET', '/v1/seal/sessions/x'],
  ['GET', '/v1/security-contexts'],
  ['POST', '/v1/explorer'],
  // No such method: the token comes first.
  ['PATCH', '/v1/specs'],
  // Not decodable: likewise.
  ['GET', '/v1/specs/%ff'],
] as const;

/** Status and body with this Authorization header. */
async function ask(authorization: string | undefined, method = 'GET', path = '/v1/specs') {
  const headers = authorization === undefined ? {} : { authorization };
  const { status, text } = await request(`${sandbox().gatewayUrl}${path}`, method, { headers });
  return [status, text];
}

describe('the management API', () => {
  it.each(ROUTES)('%s %s asks for an operator first, and says nothing more', async (method, path) => {
    expect(await ask(undefined, method, path)).toEqual([401, '']);
  });

  it('takes the two operator roles', async () => {
    for (const role of ['aegis:admin', 'aegis:operator']) {
      const token = await sandbox().issueGatewayToken({ role });
      expect(await ask(`Bearer ${token}`)).toEqual([200, '[]']);
      expect(await ask(`bearer ${token}`)).toEqual([200, '[]']);
      expect(await ask(`BEARER ${token}`)).toEqual([401, '']);
      expect(await ask(token)).toEqual([401, '']);
    }
  });

  it('takes the tokens of an operator who logged in', async () => {
    const token = await sandbox().issueToken({ user: 'operator' });
    expect(await ask(`Bearer ${token}`)).toEqual([200, '[]']);
  });

  it('forbids every other role, and none', async () => {
    expect(await ask(`Bearer ${await sandbox().issueGatewayToken({ role: 'aegis:readonly' })}`)).toEqual([
      403,
      '',
    ]);
    expect(await ask(`Bearer ${await sandbox().issueToken()}`)).toEqual([403, '']);
  });

  it('refuses the keys of other realms, forged and broken tokens', async () => {
    expect(await ask(`Bearer ${await sandbox().issueToken({ user: 'free@sandbox.local' })}`)).toEqual([
      401,
      '',
    ]);
    const [head, claims, signature] = (await sandbox().issueGatewayToken()).split('.');
    const forged = Buffer.from(`${Buffer.from(claims ?? '', 'base64url')}`.replace('operator', 'admin'));
    expect(await ask(`Bearer ${head}.${forged.toString('base64url')}.${signature}`)).toEqual([401, '']);
    for (const token of ['', 'x', 'a.b.c', `${head}.${claims}`]) {
      expect(await ask(`Bearer ${token}`)).toEqual([401, '']);
    }
  });

  it('allows 60 s after the expiry', async () => {
    const expired = async (expiresIn: number) =>
      ask(`Bearer ${await sandbox().issueGatewayToken({ expiresIn })}`);
    expect(await expired(-50)).toEqual([200, '[]']);
    expect(await expired(-70)).toEqual([401, '']);
  });

  it('answers without a body when the identity provider is out of reach or talks nonsense', async () => {
    expect(await ask('Bearer sandbox-jwks-unreachable')).toEqual([503, '']);
    expect(await ask('Bearer sandbox-jwks-unparsable')).toEqual([500, '']);
  });

  it('answers 500 for the tenant whose database is out of reach', async () => {
    const call = await operator(sandbox(), { tenant: 'sandbox-database-down' });
    const { status, json } = await call('GET', '/v1/tools');
    expect([status, json]).toEqual([500, { error: 'database pool acquire timeout' }]);
  });

  it('knows unknown paths by their empty 404, without asking who calls', async () => {
    expect(await ask(undefined, 'GET', '/v1/nothing')).toEqual([404, '']);
    expect(await ask(undefined, 'GET', '/v1/specs/')).toEqual([404, '']);
    expect(await ask(undefined, 'GET', '/metrics')).toEqual([404, '']);
  });

  it('knows wrong methods by an empty 405 with Allow', async () => {
    const call = await operator(sandbox());
    const { status, text, headers } = await call('DELETE', '/v1/specs');
    expect([status, text, headers.get('allow')]).toEqual([405, '', 'POST,GET,HEAD']);
    expect((await call('DELETE', '/v1/security-contexts/x')).status).toBe(405);
  });
});

describe('a JSON body', () => {
  const headers = { 'content-type': 'application/json' };

  it.each([
    ['no content type', { headers: { 'content-type': 'text/plain' }, body: '{}' }, 415],
    ['broken JSON', { headers, body: '{' }, 400],
    ['no body', { headers, body: '' }, 400],
    ['JSON nested too deep', { headers, body: '['.repeat(200) }, 400],
    ['no UTF-8', { headers, body: '"\\ud800"' }, 400],
    ['another shape', { headers, body: '{}' }, 422],
    ['no object', { headers, body: '[]' }, 422],
    ['2 MiB and more', { headers, body: `"${'x'.repeat(2 * 1024 * 1024)}"` }, 413],
  ])('%s is refused with text', async (_title, options, status) => {
    const call = await operator(sandbox());
    for (const path of ['/v1/specs', '/v1/workflows', '/v1/cli-tools', '/v1/seal/sessions']) {
      const answer = await call('POST', path, options);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        status,
        'text/plain; charset=utf-8',
      ]);
    }
  });

  it('names the member that does not fit', async () => {
    const call = await operator(sandbox());
    const { text } = await call('POST', '/v1/specs', { json: { name: 'x', base_url: 7 } });
    expect(text).toBe(
      'Failed to deserialize the JSON body into the target type: base_url: Invalid input: expected string, received number',
    );
  });
});

it('needs no operator when the sandbox is open; a token is still checked', async () => {
  const { gatewayUrl } = await useSandbox({ open: true });
  expect((await request(`${gatewayUrl}/v1/specs`, 'GET')).status).toBe(200);
  const headers = { authorization: 'Bearer x' };
  expect((await request(`${gatewayUrl}/v1/specs`, 'GET', { headers })).status).toBe(401);
});
