/** A credential that the attestation refuses is renewed once; what is left is explained from the token. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { TokenSource } from '../../src/client/types.js';
import { readConfig } from '../../src/config.js';
import { SealAccess } from '../../src/runtime/seal-access.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';

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
    expect(await seal.invoke('aegis.agent.list', {}, never)).toMatchObject({ count: 0, agents: [] });
    expect(renewed).toEqual([bad]);
  });

  it('is not tried again when there is no other', async () => {
    const bad = await forged();
    let asked = 0;
    const renew = async (): Promise<undefined> => {
      asked += 1;
    };
    const seal = access({ description: 'the token of a test', token: async () => bad, renew });
    await expect(seal.invoke('aegis.agent.list', {}, never)).rejects.toMatchObject({
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
    await expect(seal.invoke('aegis.agent.list', {}, never)).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringMatching(/^SEAL attestation: The token expired at \d{4}-\d\d-\d\dT/),
    });
  });
});
