/** Billing tools against a scripted server: what is sent, and what is never sent twice. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flags } from '../../../src/config.js';
import { toBilling, toInvoice, toTier } from '../../../src/tools/actions/billing.js';
import { callTool } from '../_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const call = (tool: string, args: object, answers: readonly Answer[]) =>
  callTool(server, tool, args, answers);
const SEATS = { extra_seats: 2, seat_price_id: 'price_seat' };
const CHANGE = { target_tier: 'pro', billing_interval: 'month', seats: 0 };
const NO_PRICES = { status: 502, json: { error: 'stripe' } };
/** A failed read is tried three times. */
const PRICES_FAIL = [NO_PRICES, NO_PRICES, NO_PRICES];
const prices = (...tiers: object[]) => ({ json: { tiers } });
const tier = (name: string, currency: string) => ({
  tier: name,
  monthly: { price_id: 'p', amount: 100, currency },
  annual: null,
});
const changed = (parts: object = {}) => ({
  json: {
    action: 'upgrade_immediate',
    target_tier: 'pro',
    seats: 0,
    proration_amount_cents: 1234,
    effective_at: null,
    ...parts,
  },
});
const posts = () => server.asked.filter(({ method }) => method === 'POST');

describe('a purchase', () => {
  it('leads back to the address of the orchestrator, unless told otherwise', async () => {
    await call('create_checkout_session', { price_id: 'p' }, [{ json: { url: 'https://pay.example.com' } }]);
    expect(server.asked).toEqual([
      {
        method: 'POST',
        path: '/v1/billing/checkout',
        type: 'application/json',
        body: {
          price_id: 'p',
          success_url: `${server.url}/?billing=success`,
          cancel_url: `${server.url}/?billing=cancelled`,
        },
      },
    ]);
    await call('create_portal_session', {}, [{ json: { url: 'https://pay.example.com' } }]);
    expect(server.asked[0]?.body).toEqual({ return_url: `${server.url}/?billing=returned` });
  });

  it('of seats needs their price', async () => {
    const outcome = await call('create_checkout_session', { price_id: 'p', seats: 3 }, []);
    expect(outcome.text).toContain('create_checkout_session: seats: needs seat_price_id.');
    expect(server.asked).toEqual([]);
  });

  it.each([
    [{ seats: 1.5 }, 'seats: '],
    [{ seats: -1 }, 'seats: '],
    [{ success_url: 'javascript:alert(1)' }, 'success_url: '],
    [{ tier: 'gold' }, 'tier: '],
  ])('is refused with %j', async (args, problem) => {
    const outcome = await call('create_checkout_session', { price_id: 'p', seat_price_id: 's', ...args }, []);
    expect(outcome.text).toContain(`Error invalid_arguments: create_checkout_session: ${problem}`);
    expect(server.asked).toEqual([]);
  });

  it('without a page to open has failed', async () => {
    const outcome = await call('create_checkout_session', { price_id: 'p' }, [{ json: { url: '' } }]);
    expect(outcome.text).toContain('The payment provider gave no page to open; nothing was charged.');
  });
});

describe('a change of seats or tier', () => {
  it.each([
    ['update_seats', SEATS, []],
    ['change_tier', CHANGE, [prices(tier('pro', 'usd'))]],
  ])('%s that could not be paid WAS made, and is not to be repeated', async (tool, args, before) => {
    const declined = { status: 402, json: { error: 'card_declined', message: 'Your card was declined' } };
    const { text, isError } = await call(tool, args, [...before, declined]);
    expect(isError).toBe(true);
    expect(text).toBe(
      [
        'Error payment_required (HTTP 402): The change WAS made, but its payment failed: card_declined: Your card was declined.',
        'The call may have taken effect: check before you repeat it.',
        'Next: Do not repeat the call: settle the open invoice with create_portal_session, then look at get_subscription_billing and get_invoices.',
      ].join('\n'),
    );
    expect(posts()).toHaveLength(1);
  });

  it.each([
    [{ status: 500, json: { error: 'db' } }],
    [{ status: 502, json: { error: 'stripe' } }],
    [{ status: 503, json: { error: 'no repository' } }],
    [{ status: 504, text: 'timeout' }],
    [{ cut: true }],
  ] as const)('is sent once, whatever comes back: %j', async (answer) => {
    for (const [tool, args] of [
      ['update_seats', SEATS],
      ['create_checkout_session', { price_id: 'p' }],
      ['create_portal_session', {}],
    ] as const) {
      const { text } = await call(tool, args, [answer]);
      expect(text).toContain('The call may have taken effect');
      expect(posts()).toHaveLength(1);
    }
    await call('change_tier', CHANGE, [prices(), answer]);
    expect(posts()).toHaveLength(1);
  });

  it.each([
    ['update_seats', { ...SEATS, extra_seats: 2.5 }, 'extra_seats: '],
    ['update_seats', { ...SEATS, extra_seats: '2.5' }, 'extra_seats: '],
    ['update_seats', { extra_seats: 1 }, 'seat_price_id: is missing'],
    ['change_tier', { ...CHANGE, target_tier: 'bussiness' }, 'target_tier: '],
    ['change_tier', { ...CHANGE, billing_interval: 'week' }, 'billing_interval: '],
    ['change_tier', { target_tier: 'pro', billing_interval: 'month' }, 'seats: is missing'],
    ['preview_tier_change', { ...CHANGE, seats: 2 ** 33 }, 'seats: '],
  ])('%s is refused here with %j', async (tool, args, problem) => {
    const { text } = await call(tool, args, []);
    expect(text).toContain(`Error invalid_arguments: ${tool}: ${problem}`);
    expect(server.asked).toEqual([]);
  });

  it('has the currency of its price, of all prices, or none', async () => {
    const of = async (first: readonly Answer[], args: object = CHANGE) => {
      const { structured, text } = await call('change_tier', args, [...first, changed()]);
      return [Object(structured?.proration).currency, text.includes('12.34')];
    };
    expect(await of([prices(tier('pro', 'eur'), tier('business', 'usd'))])).toEqual(['eur', true]);
    const free = { ...CHANGE, target_tier: 'free' };
    expect(await of([prices(tier('pro', 'eur'), tier('business', 'eur'))], free)).toEqual(['eur', true]);
    expect(await of([prices(tier('pro', 'eur'), tier('business', 'usd'))], free)).toEqual([null, false]);
    expect(await of(PRICES_FAIL)).toEqual([null, false]);
  });

  it('says that the next renewal is unknown where the server says 0', async () => {
    const answers = [prices(tier('pro', 'usd')), changed({ next_renewal_amount_cents: 0 })];
    const { structured } = await call('preview_tier_change', CHANGE, answers);
    expect(structured).toMatchObject({ next_renewal: null, proration: { text: 'USD 12.34' } });
    const unsaid = [prices(tier('pro', 'usd')), changed({ next_renewal_amount_cents: null })];
    expect((await call('preview_tier_change', CHANGE, unsaid)).structured).toMatchObject({
      next_renewal: null,
    });
  });

  it.each([
    [{ status: 502, json: { error: 's' } }],
    [{ status: 500, text: 'oops' }],
    [{ cut: true }],
    [{ json: [] }],
  ] as const)('previewed in vain changed nothing: %j', async (answer) => {
    const { text } = await call('preview_tier_change', CHANGE, [prices(), answer]);
    expect(text).toMatch(/^Error (unavailable|server_error|connection_lost|bad_response)/);
    expect(text).not.toContain('may have taken effect');
    expect(text).toMatch(/Next: (Nothing was changed: try again|Check that the address)/);
  });

  it('is not made where the team is suspended, although that is a 402 too', async () => {
    const suspended = {
      status: 402,
      json: { error: 'colony_suspended', team_id: 'a', tenant_id: 't', reason: 'r', remediation: 'Renew.' },
    };
    const { text } = await call('update_seats', SEATS, [suspended]);
    expect(text).toBe(
      [
        'Error payment_required (HTTP 402): The server wants a payment first: colony_suspended: Renew.',
        'Next: Nothing was changed. The team is suspended: have its owner renew the subscription, or leave the tenant out.',
      ].join('\n'),
    );
  });
});

it.each(['list_prices', 'get_invoices', 'get_subscription_billing', 'create_portal_session'])(
  '%s says that billing is off',
  async (tool) => {
    const { text } = await call(tool, {}, [{ status: 501, json: { error: 'billing_not_configured' } }]);
    expect(text).toContain('Error unsupported (HTTP 501): Billing is off on this server');
    expect(text).toContain('STRIPE_SECRET_KEY');
    expect(text).not.toContain('may have taken effect');
  },
);

describe('the price list', () => {
  const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln';
  const asked = () => server.headers.map(({ authorization }) => authorization);
  const refused = { status: 401, json: { error: 'Unauthorized' } };
  const list = async (answers: readonly Answer[], more: Flags) =>
    await callTool(server, 'list_prices', {}, answers, more);

  it('is asked with the token where a server of the published kind wants one', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'aegis-')), 'token');
    await writeFile(file, TOKEN, { mode: 0o600 });
    const { structured } = await list([refused, prices(tier('pro', 'usd'))], { tokenFile: file });
    expect(structured).toMatchObject({ tiers: [{ tier: 'pro' }] });
    expect(asked()).toEqual([undefined, `Bearer ${TOKEN}`]);
  });

  it('says that a token is missing where there is none', async () => {
    const { text } = await list([refused, refused], {});
    expect(text).toContain(
      'Error unauthorized (HTTP 401): The server wants a bearer token and none was sent',
    );
    expect(asked()).toEqual([undefined, undefined]);
  });
});

describe('answers', () => {
  it.each([{ amount_due: 12.5, currency: 'usd' }, { currency: 'usd' }, { amount_due: 1 }, {}])(
    'with an amount that is none are refused: %j',
    (invoice) => {
      expect(() => toInvoice(invoice)).toThrow("The server's answer is not");
    },
  );

  it('leave out the open page of an invoice', () => {
    const invoice = { amount_due: 1, currency: 'usd', hosted_invoice_url: 'https://open', created: null };
    expect(toInvoice(invoice)).toEqual({
      amount: 1,
      amount_due: 1,
      amount_text: 'USD 0.01',
      currency: 'usd',
      created: null,
      pdf_url: null,
    });
  });

  it('tell no payment where none is told', () => {
    const invoice = toInvoice({ amount_due: 1, amount_paid: null, currency: 'usd' });
    expect(invoice).toMatchObject({ amount: 1, amount_paid: null });
    expect(invoice).not.toHaveProperty('amount_paid_text');
  });

  it('of another shape are no answers', () => {
    expect(() => toBilling({ tier: 'pro', status: 'active' })).toThrow('not a subscription');
    expect(() => toTier({ monthly: null })).toThrow('not an object with tier');
    expect(() => toTier({ tier: 'pro', monthly: { amount: '9.99', currency: 'usd' } })).toThrow(
      'smallest coin',
    );
  });
});
