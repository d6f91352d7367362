import { describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { type Call, caller, request, shareSandbox, useDirectory, useSandbox } from './_sandbox.js';
import { manualClock } from './workflows/_clock.js';

const DAY = 86_400;
const URLS = { success_url: 'https://example.com/?done=1&x', cancel_url: 'https://example.com/back' };
const PRO = { price_id: 'price_sandbox_pro_month', ...URLS };
const PRO_SEATS = { ...PRO, seat_price_id: 'price_sandbox_pro_seat_month', seats: 2 };

interface Shop {
  readonly tenant: string;
  readonly call: Call;
  read(what: string): Promise<ReturnType<typeof JSON.parse>>;
  post(path: string, json?: unknown): ReturnType<Call>;
  /** Checks out and pays. */
  subscribe(order?: object, card?: string): Promise<void>;
  /** Acts in the customer portal. */
  portal(action: string): Promise<number>;
}

const START = '2026-03-05T14:00:00.000Z';
const clock = manualClock(START);
const live = shareSandbox({ clock });
const documented = shareSandbox({ clock, dialect: 'documented' });
let shops = 0;

/** A tenant without a subscription; the clock is at its start. */
async function openShop(sandbox: Sandbox = live(), start = START): Promise<Shop> {
  clock.advance((Date.parse(start) - clock.now().getTime()) / 1000);
  shops += 1;
  const tenant = `shop-${shops}`;
  const who = { realm: 'zaru-consumer', user: 'free@sandbox.local', tenant };
  const call = await caller(sandbox, { ...who, expiresIn: 1_000_000_000 });
  const post = (path: string, json?: unknown) => call('POST', `/v1/billing/${path}`, { json });
  return {
    ...{ tenant, call, post },
    read: async (what) => (await call('GET', `/v1/billing/${what}`)).json,
    async subscribe(order = PRO, card = 'good') {
      const { url } = (await post('checkout', order)).json;
      expect((await request(`${url}/complete?card=${card}`, 'POST')).status).toBe(200);
    },
    async portal(action) {
      const { url } = (await post('portal', { return_url: 'https://example.com' })).json;
      return (await request(`${url}/${action}`, 'POST')).status;
    },
  };
}

const tier = (target_tier: string, billing_interval: string, seats?: number) => ({
  target_tier,
  billing_interval,
  seats,
});

test('prices are the same for everyone, without a bearer', async () => {
  const { tiers } = (await request(`${live().url}/v1/billing/prices`, 'GET')).json;
  expect(
    tiers.map((each: { tier: string; included_seats: number }) => [each.tier, each.included_seats]),
  ).toEqual([
    ['pro', 0],
    ['business', 5],
    ['enterprise', 10],
  ]);
  expect(tiers[0]).toEqual({
    tier: 'pro',
    product_id: 'prod_sandbox_pro',
    name: 'Pro',
    description: 'For professionals and small teams',
    included_seats: 0,
    monthly: { price_id: 'price_sandbox_pro_month', amount: 2900, currency: 'usd' },
    annual: { price_id: 'price_sandbox_pro_year', amount: 29000, currency: 'usd' },
    seat_monthly: { price_id: 'price_sandbox_pro_seat_month', amount: 1500, currency: 'usd' },
    seat_annual: { price_id: 'price_sandbox_pro_seat_year', amount: 15000, currency: 'usd' },
  });
  expect(tiers[2].description).toBe(null);
});

describe('checkout', () => {
  test('activates the subscription once its page is completed', async () => {
    const { read, post, tenant: tenant_id } = await openShop();
    expect(await read('subscription')).toEqual({
      ...{ tenant_id, tier: 'free', status: 'none', stripe_subscription_id: null },
      ...{ current_period_end: null, cancel_at_period_end: false },
    });
    const { url } = (await post('checkout', PRO_SEATS)).json;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sandbox\/checkout\/cs_sandbox_[0-9a-f]{32}$/);
    const page = await request(url, 'GET');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('A page of the AEGIS sandbox');
    expect(page.text).toContain('pro per month, 2 extra seats: USD 59.00');
    expect((await read('subscription')).status).toBe('none');

    const done = await request(`${url}/complete`, 'POST');
    expect(done.text).toContain('href="https://example.com/?done=1&#38;x"');
    expect(await read('subscription')).toEqual({
      ...{ tenant_id, tier: 'pro', status: 'active', seat_count: 2, cancel_at_period_end: false },
      stripe_subscription_id: expect.stringMatching(/^sub_sandbox_[0-9a-f]{32}$/),
      current_period_end: '2026-04-05T14:00:00.000Z',
    });
    expect((await request(`${url}/complete`, 'POST')).status).toBe(409);
    expect((await request(url, 'GET')).text).toContain('This checkout is complete.');
  });

  test.each([
    [{ price_id: 'price_nothing' }, 500],
    [{ price_id: 'price_sandbox_pro_seat_month' }, 500],
    [{ seat_price_id: 'price_sandbox_pro_seat_year' }, 500],
    [{ seat_price_id: 'price_sandbox_business_seat_month' }, 500],
    [{ seats: -1 }, 422],
    [{ seats: 4294967296 }, 422],
    [{ success_url: null }, 422],
    [{ seat_price_id: 'price_sandbox_pro_seat_month', seats: 4294967295 }, 200],
    [{ seat_price_id: null, tier: null }, 200],
  ])('of pro per month with %j is %i', async (change, status) => {
    const { post } = await openShop();
    expect((await post('checkout', { ...PRO, ...change })).status).toBe(status);
  });

  test('seats without a seat price are not billed, and links are only for the web', async () => {
    const { post, read } = await openShop();
    const { url } = (await post('checkout', { ...PRO, seats: 9, success_url: 'javascript:alert(1)' })).json;
    expect((await request(`${url}/complete?card=gold`, 'POST')).status).toBe(400);
    expect((await request(`${url}/complete`, 'POST')).text).not.toContain('javascript');
    expect((await read('subscription')).seat_count).toBe(0);
    expect((await request(`${url}x/complete`, 'POST')).status).toBe(404);
  });
});

describe('a subscription', () => {
  test('charges added seats for what is left of the period', async () => {
    const { subscribe, post, read } = await openShop();
    await subscribe(PRO_SEATS);
    clock.advance(15.5 * DAY);
    const seats = { extra_seats: 4, seat_price_id: 'price_sandbox_pro_seat_month' };
    expect((await post('seats', seats)).json).toEqual({ success: true, extra_seats: 4 });
    expect((await post('seats', { extra_seats: 0, seat_price_id: '' })).json).toEqual({
      success: true,
      extra_seats: 0,
    });
    const { invoices, count } = await read('invoices');
    expect(count).toBe(2);
    expect(invoices[0]).toEqual({
      id: expect.stringMatching(/^in_sandbox_/),
      ...{ amount_due: 1500, amount_paid: 1500, currency: 'usd', status: 'paid', created: 1774058400 },
      hosted_invoice_url: expect.stringContaining(`/sandbox/invoices/${invoices[0].id}`),
      invoice_pdf: expect.stringContaining(`/sandbox/invoices/${invoices[0].id}/pdf`),
    });
    expect(invoices[1].amount_due).toBe(5900);
    expect((await request(invoices[0].hosted_invoice_url, 'GET')).text).toContain('USD 15.00, paid');
    const pdf = await fetch(invoices[0].invoice_pdf);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(await pdf.text()).toMatch(/^%PDF-1\.4\n[\s\S]*USD 15\.00[\s\S]*startxref\n\d+\n%%EOF\n$/);
  });

  test('is upgraded at once, pro rata', async () => {
    const { subscribe, post, read } = await openShop();
    await subscribe({ ...PRO_SEATS, seats: 4 });
    clock.advance(15.5 * DAY);
    const outcome = {
      ...{ action: 'upgrade_immediate', target_tier: 'business', seats: 8 },
      ...{ proration_amount_cents: 2300, effective_at: '2026-03-21T02:00:00.000Z' },
    };
    const wish = tier('business', 'month', 8);
    expect((await post('preview-tier-change', wish)).json).toEqual({
      ...outcome,
      next_renewal_amount_cents: 13500,
    });
    expect((await read('subscription')).tier).toBe('pro');
    const changed = (await post('change-tier', wish)).json;
    const { id, amount_due } = (await read('invoices')).invoices[0];
    expect(changed).toEqual({ ...outcome, proration_invoice_id: id });
    expect(amount_due).toBe(2300);
    expect(await read('subscription')).toMatchObject({
      ...{ tier: 'business', seat_count: 8, current_period_end: '2026-04-05T14:00:00.000Z' },
    });
    const yearly = (await post('change-tier', tier('business', 'year'))).json;
    expect(yearly).toMatchObject({ action: 'upgrade_immediate', seats: 5, proration_amount_cents: 92250 });
    expect((await read('subscription')).current_period_end).toBe('2027-03-21T02:00:00.000Z');
  });

  test('is downgraded when the period ends, unless that is taken back', async () => {
    const { subscribe, post, read } = await openShop();
    await subscribe({ ...PRO, price_id: 'price_sandbox_business_month' });
    const down = (await post('change-tier', tier('pro', 'month', 1))).json;
    expect(down).toEqual({
      ...{ action: 'downgrade_at_period_end', target_tier: 'pro', seats: 1 },
      ...{ proration_invoice_id: null, proration_amount_cents: 0, effective_at: '2026-04-05T14:00:00.000Z' },
    });
    expect((await read('subscription')).tier).toBe('business');
    expect((await post('change-tier', tier('business', 'month', 5))).json).toEqual({
      ...{ action: 'no_change', target_tier: 'business', seats: 5 },
      ...{ proration_invoice_id: null, proration_amount_cents: 0, effective_at: null },
    });
    clock.advance(31 * DAY);
    expect(await read('subscription')).toMatchObject({
      ...{ tier: 'business', current_period_end: '2026-05-05T14:00:00.000Z' },
    });
    await post('change-tier', tier('pro', 'month', 1));
    clock.advance(30 * DAY);
    expect(await read('subscription')).toMatchObject({ tier: 'pro', seat_count: 1, status: 'active' });
    const due = (await read('invoices')).invoices.map((each: { amount_due: number }) => each.amount_due);
    expect(due).toEqual([4400, 9900, 9900]);
  });

  test('is cancelled at the end of the period by any tier that does not exist', async () => {
    const { subscribe, post, read, portal } = await openShop();
    await subscribe();
    const { action, target_tier } = (await post('change-tier', tier('buisness', 'never'))).json;
    expect([action, target_tier]).toEqual(['cancel_at_period_end', 'free']);
    expect(await read('subscription')).toMatchObject({ tier: 'pro', cancel_at_period_end: true });
    expect(await portal('renew')).toBe(200);
    expect((await read('subscription')).cancel_at_period_end).toBe(false);
    await post('change-tier', tier('free', 'month'));
    clock.advance(31 * DAY);
    expect(await read('subscription')).toMatchObject({
      ...{ tier: 'free', status: 'canceled', seat_count: 0, cancel_at_period_end: false },
    });
    expect((await post('change-tier', tier('pro', 'month'))).status).toBe(404);
    expect(await portal('pay')).toBe(409);
    await subscribe();
    expect((await read('subscription')).status).toBe('active');
  });

  test('ends at the last day of a shorter month', async () => {
    const { subscribe, read } = await openShop(live(), '2028-01-31T08:00:00.000Z');
    await subscribe();
    expect((await read('subscription')).current_period_end).toBe('2028-02-29T08:00:00.000Z');
  });

  test('is changed although the card is declined, and paid later in the portal', async () => {
    const { subscribe, post, read, portal } = await openShop();
    await subscribe(PRO, 'declines');
    expect((await read('subscription')).status).toBe('active');
    const refused = await post('change-tier', tier('enterprise', 'month', 10));
    expect([refused.status, typeof refused.json.error]).toEqual([402, 'string']);
    expect(await read('subscription')).toMatchObject({ tier: 'enterprise', status: 'past_due' });
    expect((await read('invoices')).invoices[0]).toMatchObject({
      ...{ amount_due: 47000, amount_paid: 0, status: 'open' },
    });
    expect(await portal('pay')).toBe(200);
    expect((await read('subscription')).status).toBe('active');
    expect((await read('invoices')).invoices[0]).toMatchObject({ amount_paid: 47000, status: 'paid' });
    expect(await portal('toString')).toBe(404);
    expect(await portal('cancel')).toBe(200);
    expect((await read('subscription')).status).toBe('canceled');
  });

  test('is past due when a renewal is declined', async () => {
    const { subscribe, read } = await openShop();
    await subscribe(PRO, 'declines');
    clock.advance(366 * DAY);
    expect(await read('subscription')).toMatchObject({
      ...{ status: 'past_due', current_period_end: '2027-04-05T14:00:00.000Z' },
    });
    expect((await read('invoices')).count).toBe(10);
  });

  test('is unknown to the change routes before there is one, and provider faults are 502', async () => {
    const { subscribe, post } = await openShop();
    const seats = (extra_seats: number, seat_price_id: string) =>
      post('seats', { extra_seats, seat_price_id });
    expect((await seats(1, 'price_sandbox_pro_seat_month')).status).toBe(404);
    expect((await post('preview-tier-change', tier('pro', 'week'))).status).toBe(404);
    await subscribe();
    expect((await seats(1, 'price_sandbox_pro_month')).status).toBe(502);
    expect((await seats(1, 'price_sandbox_pro_seat_year')).status).toBe(502);
    expect((await post('change-tier', tier('pro', 'week'))).status).toBe(502);
    expect((await post('change-tier', tier('pro', 'month', 4294967296))).status).toBe(422);
  });

  test('belongs to one tenant and survives a restart', async () => {
    const data = useDirectory();
    const before = await startSandbox({ data, pace: 0 });
    const first = await caller(before, { user: 'free@sandbox.local' });
    const { url } = (await first('POST', '/v1/billing/checkout', { json: PRO })).json;
    await request(`${url}/complete`, 'POST');
    const bought = (await first('GET', '/v1/billing/subscription')).json;
    await before.close();
    const after = await useSandbox({ data });
    const second = await caller(after, { user: 'free@sandbox.local' });
    const other = await caller(after, { user: 'pro@sandbox.local' });
    expect((await second('GET', '/v1/billing/subscription')).json).toEqual(bought);
    expect((await other('GET', '/v1/billing/subscription')).json.status).toBe('none');
    expect((await other('GET', '/v1/billing/invoices')).json).toEqual({ invoices: [], count: 0 });
  });
});

test('garbage is refused, and bills nothing', async () => {
  const { post, subscribe, read } = await openShop();
  await subscribe();
  const bodies = [null, 7, [], {}, { extra_seats: '1', seat_price_id: 'x' }, tier('pro', 'month', -1)];
  for (const json of [...bodies, { price_id: {}, success_url: [], cancel_url: 1 }]) {
    for (const path of ['checkout', 'portal', 'seats', 'preview-tier-change', 'change-tier']) {
      expect((await post(path, json)).status, `${path} ${JSON.stringify(json)}`).toBe(422);
    }
  }
  expect((await read('invoices')).count).toBe(1);
  expect((await read('subscription')).cancel_at_period_end).toBe(false);
});

test('changes that arrive together are all billed', async () => {
  const { post, subscribe, read } = await openShop();
  await subscribe();
  const seats = (extra_seats: number) => ({ extra_seats, seat_price_id: 'price_sandbox_pro_seat_month' });
  await Promise.all([1, 2, 3, 4, 5].map((extra) => post('seats', seats(extra))));
  await post('seats', seats(5));
  const { invoices } = await read('invoices');
  const due = invoices.slice(0, -1).map((each: { amount_due: number }) => each.amount_due);
  expect(due.every((amount: number) => amount % 1500 === 0 && amount > 0)).toBe(true);
  expect((await read('subscription')).seat_count).toBe(5);
});

test('without a payment provider every route is 501, once the body is right', async () => {
  const { call, post } = await openShop(await useSandbox({ clock, billing: 'off' }));
  expect((await call('GET', '/v1/billing/subscription')).json.error).toBe('billing_not_configured');
  expect((await post('checkout', PRO)).status).toBe(501);
  expect((await post('checkout', {})).status).toBe(422);
  expect((await post('portal')).status).toBe(415);
});

describe('where documented', () => {
  test('checkout and portal need no addresses', async () => {
    const { post, read, tenant } = await openShop(documented());
    const { url } = (await post('checkout', { price_id: 'price_sandbox_business_year' })).json;
    expect((await request(`${url}/complete`, 'POST')).status).toBe(200);
    expect(await read('subscription')).toEqual({
      ...{ tier: 'business', status: 'active', cancel_at_period_end: false },
      current_period_end: '2027-03-05T14:00:00.000Z',
      stripe_customer_id: `cus_sandbox_${tenant}`,
    });
    expect((await post('portal')).json.url).toContain('/sandbox/portal/bps_sandbox_');
    expect(await read('invoices')).toEqual({
      invoices: [
        {
          id: expect.stringMatching(/^in_sandbox_/),
          ...{ amount: 99000, currency: 'usd', status: 'paid', created: '2026-03-05T14:00:00.000Z' },
          pdf_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/sandbox\/invoices\/.*\/pdf$/),
        },
      ],
    });
  });

  test('pro includes a seat, wrong bodies are 422 JSON, other routes do not exist', async () => {
    const { call, post, read } = await openShop(documented());
    expect((await read('prices')).tiers[0].included_seats).toBe(1);
    const refused = await post('checkout', { seats: 1 });
    expect([refused.status, typeof refused.json.error]).toEqual([422, 'string']);
    expect((await call('POST', '/v1/billing/seats', { json: {} })).status).toBe(404);
  });

  test('501 without a payment provider', async () => {
    const { call } = await openShop(await useSandbox({ clock, billing: 'off', dialect: 'documented' }));
    expect((await call('GET', '/v1/billing/invoices')).status).toBe(501);
  });
});
