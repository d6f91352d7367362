/** The billing tools against the sandbox and its simulated payment provider. */
import { describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Json, type Tools } from '../_tools.js';

const CONSUMER = { user: 'free@sandbox.local' };
const LIVE_ONLY = ['change_tier', 'preview_tier_change', 'update_seats'];

/** Price ids of a tier, as the price list has them. */
async function priceIds(tools: Tools, tier: string): Promise<{ plan: unknown; seat: unknown }> {
  const { tiers } = await tools.must('list_prices');
  const found = Object(tiers).find((each: Json) => each.tier === tier);
  return { plan: found.monthly.price_id, seat: found.seat_monthly?.price_id };
}

/** Pays on the page of the simulated provider. */
const pay = (url: unknown, query = '') => fetch(`${url}/complete${query}`, { method: 'POST' });

describe('billing on a live server', () => {
  const domain = shareDomain({});
  let tools: Tools;

  it('shows prices as people read them, to anybody', async () => {
    const anonymous = await domain().as({ expiresIn: -60 });
    const { tiers } = await anonymous.must('list_prices');
    expect(Object(tiers).map(({ tier }: Json) => tier)).toEqual(['pro', 'business', 'enterprise']);
    const { amount, currency, text } = Object(tiers)[0].monthly;
    expect(text).toBe(`${currency.toUpperCase()} ${(amount / 100).toFixed(2)}`);
  });

  it('sells a first subscription on a page of the provider', async () => {
    tools = await domain().as(CONSUMER);
    expect(await tools.must('get_subscription_billing')).toMatchObject({ tier: 'free', status: 'none' });
    expect(await tools.must('get_invoices')).toMatchObject({ invoices: [] });
    const { plan } = await priceIds(tools, 'pro');
    const { url } = await tools.must('create_checkout_session', { price_id: plan, tier: 'pro' });
    await pay(url);
    expect(await tools.must('get_subscription_billing')).toMatchObject({
      tier: 'pro',
      status: 'active',
      cancel_at_period_end: false,
      stripe_customer_id: null,
    });
    const { invoices } = await tools.must('get_invoices');
    expect(Object(invoices)[0]).toMatchObject({
      amount: expect.any(Number),
      amount_text: expect.stringMatching(/^[A-Z]{3} \d+\.\d\d$/),
      status: 'paid',
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(JSON.stringify(invoices)).not.toContain('hosted_invoice_url');
    const portal = await tools.must('create_portal_session', { return_url: 'https://app.example.com' });
    expect(portal.url).toMatch(/^https?:/);
  });

  it('changes seats and tier', async () => {
    const { seat } = await priceIds(tools, 'pro');
    const seats = { extra_seats: 2, seat_price_id: seat };
    expect(await tools.must('update_seats', seats)).toMatchObject({ status: 'updated', extra_seats: 2 });
    const change = { target_tier: 'business', billing_interval: 'month', seats: 8 };
    const upgrade = {
      action: 'upgrade_immediate',
      target_tier: 'business',
      proration: { currency: 'usd', text: expect.stringMatching(/^USD -?\d+\.\d\d$/) },
    };
    expect(await tools.must('preview_tier_change', change)).toMatchObject({
      ...upgrade,
      next_renewal: { currency: 'usd', text: expect.stringMatching(/^USD \d+\.\d\d$/) },
    });
    expect(await tools.must('get_subscription_billing')).toMatchObject({ tier: 'pro' });
    expect(await tools.must('change_tier', change)).toMatchObject(upgrade);
    expect(await tools.must('get_subscription_billing')).toMatchObject({ tier: 'business' });
    const cancel = { target_tier: 'free', billing_interval: 'month', seats: 0 };
    expect(await tools.must('change_tier', cancel)).toMatchObject({ action: 'cancel_at_period_end' });
    expect(await tools.must('get_subscription_billing')).toMatchObject({ cancel_at_period_end: true });
  });

  it('says that a change WAS made when its payment fails', async () => {
    const other = await domain().as({ user: 'pro@sandbox.local' });
    const { plan, seat } = await priceIds(other, 'pro');
    const { url } = await other.must('create_checkout_session', { price_id: plan });
    await pay(url, '?card=declines');
    for (const [tool, args] of [
      ['update_seats', { extra_seats: 3, seat_price_id: seat }],
      ['change_tier', { target_tier: 'business', billing_interval: 'month', seats: 6 }],
    ] as const) {
      const text = await failure(other, tool, args);
      expect(text).toContain('Error payment_required (HTTP 402): The change WAS made');
      expect(text).toContain('Next: Do not repeat the call');
    }
  });

  it('has nothing to change without a subscription', async () => {
    const nobody = await domain().as({ user: 'business@sandbox.local' });
    const text = await failure(nobody, 'update_seats', { extra_seats: 1, seat_price_id: 'price_x' });
    expect(text).toContain('Error not_found (HTTP 404): There is nothing to change');
    expect(text).toContain('create_checkout_session');
  });

  it('leaves no tool out', () => {
    expect(unproven(['billing'], [tools])).toEqual([]);
  });
});

describe('billing on a server of the published kind', () => {
  const domain = shareDomain({ dialect: 'documented' });

  it('sells, shows and has a portal', async () => {
    const { tools } = domain();
    const { plan, seat } = await priceIds(tools, 'business');
    const bought = { options: { price_id: plan, seat_price_id: seat, seats: 5 } };
    const { url } = await tools.must('create_checkout_session', bought);
    expect(url).toMatch(/^https?:/);
    await pay(url);
    expect(await tools.must('get_subscription_billing')).toMatchObject({ status: 'active' });
    expect(await tools.must('get_invoices')).toMatchObject({
      invoices: [{ amount_text: expect.stringMatching(/^USD \d+\.\d\d$/), status: 'paid' }],
    });
    expect(await tools.must('create_portal_session')).toMatchObject({
      url: expect.stringMatching(/^https?:/),
    });
  });

  it('changes seats and tier in the portal only', async () => {
    const { tools } = domain();
    const change = { target_tier: 'pro', billing_interval: 'month', seats: 0 };
    for (const [tool, args] of [
      ['update_seats', { extra_seats: 1, seat_price_id: 'price_x' }],
      ['preview_tier_change', change],
      ['change_tier', change],
    ] as const) {
      const text = await failure(tools, tool, args);
      expect(text).toContain('Error unsupported');
      expect(text).toMatch(/Next: .*create_portal_session/);
    }
    expect(unproven(['billing'], [tools])).toEqual(LIVE_ONLY);
  });
});

describe.each(['live', 'documented'] as const)('billing that is off on a %s server', (dialect) => {
  const domain = shareDomain({ dialect, billing: 'off' });

  it('says so, and that nothing was charged', async () => {
    const tools = await domain().as(CONSUMER);
    for (const [tool, args] of [
      ['list_prices', {}],
      ['get_subscription_billing', {}],
      ['get_invoices', {}],
      ['create_checkout_session', { price_id: 'price_x' }],
      ['create_portal_session', {}],
    ] as const) {
      const text = await failure(tools, tool, args);
      expect(text).toContain('Error unsupported (HTTP 501): Billing is off on this server');
      expect(text).toContain('Next: Nothing was charged.');
    }
  });
});
