/** Every billing operation of the live sandbox, held against the contract. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js';
import { Asker } from '../_ask.js';
import { Judge } from '../_contract.js';

const CHECKOUT = {
  price_id: 'price_sandbox_pro_month',
  success_url: 'https://example.com/done',
  cancel_url: 'https://example.com/back',
};
const SEATS = { extra_seats: 2, seat_price_id: 'price_sandbox_pro_seat_month' };
const UPGRADE = { target_tier: 'business', billing_interval: 'month', seats: 8 };

/** Operations with a body, and one that is accepted. */
const WRITES = {
  createCheckoutSession: ['/v1/billing/checkout', CHECKOUT],
  createPortalSession: ['/v1/billing/portal', { return_url: 'https://example.com' }],
  updateSeats: ['/v1/billing/seats', SEATS],
  previewTierChange: ['/v1/billing/preview-tier-change', UPGRADE],
  changeTier: ['/v1/billing/change-tier', UPGRADE],
} as const;
const READS = {
  listPrices: '/v1/billing/prices',
  getSubscriptionBilling: '/v1/billing/subscription',
  getInvoices: '/v1/billing/invoices',
} as const;
const OPERATIONS = [...Object.keys(WRITES), ...Object.keys(READS)];

describe('billing', () => {
  const judge = new Judge('orchestrator');
  const sandboxes: Sandbox[] = [];
  const askers: Asker[] = [];
  const start = async (billing: 'on' | 'off' | 'failing') => {
    const sandbox = await startSandbox({ pace: 0, billing });
    const bearer = await sandbox.issueToken({ user: 'free@sandbox.local' });
    const asker = new Asker(judge, sandbox.url, `Bearer ${bearer}`);
    sandboxes.push(sandbox);
    askers.push(asker);
    return asker;
  };
  let asker: Asker;

  beforeAll(async () => {
    asker = await start('on');
  });
  afterAll(() => Promise.all(sandboxes.map((sandbox) => sandbox.close())));

  test('asks for a bearer, a tenant of the caller’s and a body of the right kind', async () => {
    const headers = { 'x-tenant-id': 'acme' };
    for (const [path] of Object.values(WRITES)) {
      await asker.ask(401, 'POST', path, { authorization: '' });
      await asker.ask(403, 'POST', path, { headers });
      await asker.ask(415, 'POST', path);
      await asker.ask(400, 'POST', path, { body: '{' });
      await asker.ask(413, 'POST', path, { body: `"${'x'.repeat(3_000_000)}"` });
      await asker.post(422, path, {});
    }
    for (const path of [READS.getSubscriptionBilling, READS.getInvoices]) {
      await asker.ask(401, 'GET', path, { authorization: '' });
      await asker.ask(403, 'GET', path, { headers });
    }
  });

  test('a subscription from nothing to cancellation', async () => {
    await asker.ask(200, 'GET', READS.listPrices, { authorization: '' });
    await asker.get(200, READS.getSubscriptionBilling);
    await asker.get(200, READS.getInvoices);
    await asker.post(404, ...WRITES.updateSeats);
    await asker.post(404, ...WRITES.previewTierChange);
    await asker.post(404, ...WRITES.changeTier);
    const { url } = await asker.post(200, ...WRITES.createCheckoutSession);
    await asker.post(500, '/v1/billing/checkout', { ...CHECKOUT, price_id: 'price_unknown' });
    await fetch(`${url}/complete`, { method: 'POST' });
    await asker.post(200, ...WRITES.updateSeats);
    await asker.post(502, '/v1/billing/seats', { ...SEATS, seat_price_id: 'price_unknown' });
    await asker.post(200, ...WRITES.previewTierChange);
    await asker.post(502, '/v1/billing/preview-tier-change', { ...UPGRADE, billing_interval: 'week' });
    await asker.post(200, ...WRITES.changeTier);
    await asker.post(502, '/v1/billing/change-tier', { ...UPGRADE, billing_interval: 'week' });
    for (const target_tier of ['business', 'pro', 'free']) {
      await asker.post(200, '/v1/billing/change-tier', { ...UPGRADE, target_tier });
    }
    await asker.post(200, ...WRITES.createPortalSession);
    await asker.get(200, READS.getSubscriptionBilling);
    await asker.get(200, READS.getInvoices);
  });

  test('a card that is declined', async () => {
    const { url } = await asker.post(200, ...WRITES.createCheckoutSession);
    await fetch(`${url}/complete?card=declines`, { method: 'POST' });
    await asker.post(402, ...WRITES.updateSeats);
    await asker.post(402, ...WRITES.changeTier);
    await asker.get(200, READS.getSubscriptionBilling);
    await asker.get(200, READS.getInvoices);
  });

  test('no payment provider, and one that fails', async () => {
    const off = await start('off');
    for (const path of Object.values(READS)) await off.get(501, path);
    for (const [path, body] of Object.values(WRITES)) await off.post(501, path, body);
    const failing = await start('failing');
    await failing.get(502, READS.listPrices);
    await failing.get(500, READS.getInvoices);
    await failing.post(500, ...WRITES.createPortalSession);
  });

  test('every announced status was seen, but for', () => {
    const unseen = OPERATIONS.flatMap((id) => {
      const each = askers.map((one) => one.unseen([id]));
      return each.reduce((left, right) => left.filter((status) => right.includes(status)));
    });
    expect(unseen).toEqual([
      // The sandbox always has a billing repository (503), and its database does not fail (500).
      'createCheckoutSession 503',
      'createPortalSession 503',
      'updateSeats 500',
      'updateSeats 503',
      'previewTierChange 500',
      'previewTierChange 503',
      'changeTier 500',
      'changeTier 503',
      'getSubscriptionBilling 500',
      'getSubscriptionBilling 503',
      'getInvoices 503',
    ]);
  });
});
