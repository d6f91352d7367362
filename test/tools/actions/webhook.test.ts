import { describe, expect, it } from 'vitest';
import { webhookBody, webhookHeaders } from '../../../src/tools/actions/webhook.js';
import { NO_MEANS } from '../_means.js';
import { refusalOf } from '../_rows.js';

const means = { ...NO_MEANS, webhookSecret: (source: string) => (source === 'ci' ? 'whsec-ci' : undefined) };

describe('the body of a webhook', () => {
  it.each([
    [{ a: 1, b: 'ü' }, '{"a":1,"b":"ü"}', 'application/json'],
    ['{ "a" : 1 }', '{ "a" : 1 }', 'application/json'],
    ['plain words', 'plain words', 'text/plain; charset=utf-8'],
    ['', '', 'text/plain; charset=utf-8'],
    [[1, null], '[1,null]', 'application/json'],
    [undefined, 'null', 'application/json'],
  ])('of %j is %j as %s', (payload, text, type) => {
    expect(webhookBody({ source: 'ci', payload })).toEqual({ text, type });
  });

  it('has the type that is given', () => {
    const given = { source: 'ci', payload: 'a=1', content_type: 'application/x-www-form-urlencoded' };
    expect(webhookBody(given)).toEqual({ text: 'a=1', type: 'application/x-www-form-urlencoded' });
  });

  it.each(['keycloak', 'git', 'stripe'])('is refused for %s', async (source) => {
    expect(await refusalOf(() => webhookBody({ source, payload: {} }))).toMatchObject({
      code: 'invalid_arguments',
      message: `send_webhook: source ${source} is a route of its own.`,
    });
  });

  it('is taken for a source named as something that every object has', () => {
    expect(webhookBody({ source: 'constructor', payload: 1 })).toMatchObject({ text: '1' });
  });
});

describe('the headers of a webhook', () => {
  it('sign the bytes that are sent', () => {
    // echo -n '{"event":"build","ok":true}' | openssl dgst -sha256 -hmac whsec-ci
    expect(webhookHeaders({ source: 'ci', payload: { event: 'build', ok: true } }, means)).toEqual({
      'x-aegis-signature': 'sha256=659d24503de1ff5234c96dbd2c16e9429c77f7faa6da621d52c66782bdcff3d5',
      'x-idempotency-key': undefined,
    });
  });

  it('need a secret', async () => {
    const error = await refusalOf(() => webhookHeaders({ source: 'crm', payload: 1 }, means));
    expect(error).toMatchObject({
      code: 'not_configured',
      message: 'send_webhook: no secret is configured for the source crm.',
    });
    expect(error.next).toContain('AEGIS_WEBHOOK_SECRETS to crm=<secret>');
  });
});
