import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { request, shareSandbox } from '../_sandbox.js';
import { look, put, type Send, sender } from '../volumes/_volumes.js';
import { bind, cloned, settled } from './_git.js';

const shared = shareSandbox();
const BODY = '{"ref":"refs/heads/main"}';

const post = (headers: Readonly<Record<string, string>>, body = BODY) =>
  request(`${shared().url}/v1/webhooks/git`, 'POST', { body, headers });
const hmac = (algorithm: string, secret: string, body = BODY) =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;

/** A clone with an edit, and the secret of its webhook. */
async function edited(parts = {}): Promise<{ send: Send; volume: string; id: string; secret: string }> {
  const send = await sender(shared());
  const { id, volume_id } = await cloned(send, { auto_refresh: true, ...parts });
  await put(send, volume_id, 'README.md', 'edited');
  return { send, volume: volume_id, id, secret: `sandbox-webhook-${id}` };
}

test.each([
  ['x-hub-signature-256', (secret: string) => hmac('sha256', secret)],
  [
    'x-hub-signature-256',
    (secret: string) => hmac('sha256', secret).replace(/(?<==).*/, (hex) => hex.toUpperCase()),
  ],
  ['x-gitlab-token', (secret: string) => secret],
  ['x-hub-signature', (secret: string) => hmac('sha1', secret)],
])('a webhook signed by %s refreshes the clone', async (header, sign) => {
  const { send, volume, secret } = await edited();
  const answer = await post({ 'x-aegis-webhook-secret': secret, [header]: sign(secret) });
  expect([answer.status, answer.json]).toEqual([202, { received: true }]);
  expect((await look(send, volume, '/download', 'README.md')).text).toContain('# hello');
});

test('what is not signed, or not rightly, changes nothing', async () => {
  const { send, volume, secret } = await edited();
  const known = { 'x-aegis-webhook-secret': secret };
  for (const headers of [
    {},
    { 'x-gitlab-token': secret },
    known,
    { ...known, 'x-gitlab-token': 'wrong' },
    { ...known, 'x-hub-signature-256': hmac('sha256', 'wrong') },
    { ...known, 'x-hub-signature-256': hmac('sha256', secret, 'other body') },
    { ...known, 'x-hub-signature-256': hmac('sha256', secret).slice(7) },
    { ...known, 'x-hub-signature-256': `${hmac('sha256', secret)}=` },
    { ...known, 'x-hub-signature-256': `${hmac('sha256', secret)}zz` },
    { ...known, 'x-hub-signature': hmac('sha256', secret) },
    { 'x-aegis-webhook-secret': 'unknown', 'x-gitlab-token': 'unknown' },
  ]) {
    const answer = await post(headers);
    expect([answer.status, Object.keys(answer.json)]).toEqual([401, ['error']]);
  }
  expect((await look(send, volume, '/download', 'README.md')).text).toBe('edited');
});

test('the first signature header decides', async () => {
  const { secret } = await edited();
  const headers = { 'x-aegis-webhook-secret': secret, 'x-gitlab-token': secret };
  expect((await post({ ...headers, 'x-hub-signature-256': 'sha256=00' })).status).toBe(401);
  expect((await post({ ...headers, 'x-hub-signature': 'sha1=00' })).status).toBe(202);
});

test('a binding without automatic refresh has no secret', async () => {
  const { id } = await bind(await sender(shared()));
  const secret = `sandbox-webhook-${id}`;
  expect((await post({ 'x-aegis-webhook-secret': secret, 'x-gitlab-token': secret })).status).toBe(401);
});

test('a refresh that fails is the answer', async () => {
  const hook = async (repo_url: string) => {
    const { send, id, volume, secret } = await edited({ repo_url });
    const fire = async () =>
      (await post({ 'x-aegis-webhook-secret': secret, 'x-gitlab-token': secret })).status;
    return { send, id, volume, fire };
  };
  expect(await (await hook('https://offline.invalid/a')).fire()).toBe(502);
  expect(await (await hook('https://seaweedfs.invalid/a')).fire()).toBe(501);
  const { send, id, volume, fire } = await hook('https://example.com/a');
  await send('DELETE', `/v1/volumes/${volume}`);
  expect(await fire()).toBe(422);
  expect((await send('GET', `/v1/storage/git/${id}`)).status).toBe(404);
});

test('a body over 1 MiB is 413, before anything else', async () => {
  expect((await post({}, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  expect((await post({}, 'x'.repeat(1024 * 1024))).status).toBe(401);
});

test('settles before it answers', async () => {
  const { send, id, secret } = await edited();
  await post({ 'x-aegis-webhook-secret': secret, 'x-gitlab-token': secret });
  expect((await settled(send, id)).status).toBe('Ready');
});
