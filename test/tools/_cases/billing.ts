/** Literal requests of src/tools/billing.ts. */
import type { Case } from './_case.js';

const json = 'application/json';

const PRICES = {
  tiers: [
    {
      tier: 'pro',
      product_id: 'prod_pro',
      name: 'Pro',
      description: null,
      included_seats: 0,
      monthly: { price_id: 'price_pro_m', amount: 2900, currency: 'usd' },
      annual: { price_id: 'price_pro_y', amount: 29_005, currency: 'usd' },
      seat_monthly: null,
      seat_annual: null,
    },
  ],
};

const CHANGE = { target_tier: 'pro', billing_interval: 'year', seats: 0 };

const PRICES_ASKED = { method: 'GET', path: '/v1/billing/prices' };

export const CASES: readonly Case[] = [
  {
    tool: 'list_prices',
    dialect: 'live',
    args: {},
    asked: [PRICES_ASKED],
    answers: [{ json: PRICES }],
    result: {
      tiers: [
        {
          tier: 'pro',
          monthly: { price_id: 'price_pro_m', amount: 2900, currency: 'usd', text: 'USD 29.00' },
          annual: { price_id: 'price_pro_y', amount: 29_005, currency: 'usd', text: 'USD 290.05' },
          seat_monthly: null,
          seat_annual: null,
        },
      ],
    },
  },
  {
    tool: 'create_checkout_session',
    dialect: 'live',
    args: {
      options: { price_id: 'price_pro_m', seat_price_id: 'price_seat', seats: 5, tier: 'pro' },
      success_url: 'https://app.example.com/paid',
      cancel_url: 'https://app.example.com/plans',
    },
    asked: [
      {
        method: 'POST',
        path: '/v1/billing/checkout',
        type: json,
        body: {
          price_id: 'price_pro_m',
          success_url: 'https://app.example.com/paid',
          cancel_url: 'https://app.example.com/plans',
          seat_price_id: 'price_seat',
          seats: 5,
          tier: 'pro',
        },
      },
    ],
    answers: [{ json: { url: 'https://checkout.example.com/c/1' } }],
    result: { url: 'https://checkout.example.com/c/1' },
  },
  {
    tool: 'create_checkout_session',
    dialect: 'documented',
    args: { price_id: 'price_xxx', seat_price_id: 'price_seat_xxx', seats: 5 },
    asked: [
      {
        method: 'POST',
        path: '/v1/billing/checkout',
        type: json,
        body: { price_id: 'price_xxx', seat_price_id: 'price_seat_xxx', seats: 5 },
      },
    ],
    answers: [{ json: { url: 'https://checkout.example.com/c/1' } }],
    result: { url: 'https://checkout.example.com/c/1' },
  },
  {
    tool: 'create_portal_session',
    dialect: 'live',
    args: { return_url: 'https://app.example.com/account' },
    asked: [
      {
        method: 'POST',
        path: '/v1/billing/portal',
        type: json,
        body: { return_url: 'https://app.example.com/account' },
      },
    ],
    answers: [{ json: { url: 'https://billing.example.com/p/1' } }],
    result: { url: 'https://billing.example.com/p/1' },
  },
  {
    tool: 'create_portal_session',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'POST', path: '/v1/billing/portal' }],
    answers: [{ json: { url: 'https://billing.example.com/p/1' } }],
    result: { url: 'https://billing.example.com/p/1' },
  },
  {
    tool: 'get_subscription_billing',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/billing/subscription' }],
    answers: [
      {
        json: {
          tenant_id: 'u-1',
          tier: 'free',
          status: 'none',
          stripe_subscription_id: null,
          current_period_end: null,
          cancel_at_period_end: false,
        },
      },
    ],
    result: {
      tenant_id: 'u-1',
      tier: 'free',
      status: 'none',
      current_period_end: null,
      cancel_at_period_end: false,
      stripe_customer_id: null,
    },
  },
  {
    tool: 'get_subscription_billing',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/billing/subscription' }],
    answers: [
      {
        json: {
          tier: 'pro',
          status: 'active',
          current_period_end: '2026-05-15T00:00:00Z',
          cancel_at_period_end: false,
          stripe_customer_id: 'cus_1',
        },
      },
    ],
    result: { tier: 'pro', current_period_end: '2026-05-15T00:00:00Z', stripe_customer_id: 'cus_1' },
  },
  {
    tool: 'get_invoices',
    dialect: 'live',
    args: {},
    asked: [{ method: 'GET', path: '/v1/billing/invoices' }],
    answers: [
      {
        json: {
          invoices: [
            {
              id: 'in_1',
              amount_due: 1250,
              amount_paid: 0,
              currency: 'usd',
              status: 'open',
              created: 1_775_001_600,
              hosted_invoice_url: 'https://invoice.example.com/i/1',
              invoice_pdf: 'https://invoice.example.com/i/1.pdf',
            },
          ],
          count: 1,
        },
      },
    ],
    result: {
      count: 1,
      invoices: [
        {
          id: 'in_1',
          amount: 1250,
          amount_text: 'USD 12.50',
          amount_due: 1250,
          amount_paid: 0,
          amount_paid_text: 'USD 0.00',
          currency: 'usd',
          status: 'open',
          created: '2026-04-01T00:00:00Z',
          pdf_url: 'https://invoice.example.com/i/1.pdf',
        },
      ],
    },
  },
  {
    tool: 'get_invoices',
    dialect: 'documented',
    args: {},
    asked: [{ method: 'GET', path: '/v1/billing/invoices' }],
    answers: [
      {
        json: {
          invoices: [
            {
              id: 'in_1',
              amount: 2900,
              currency: 'jpy',
              status: 'paid',
              created: '2026-04-01T00:00:00Z',
              pdf_url: 'https://pay.example.com/1',
            },
          ],
        },
      },
    ],
    result: {
      invoices: [
        {
          id: 'in_1',
          amount: 2900,
          amount_text: 'JPY 2900',
          created: '2026-04-01T00:00:00Z',
          pdf_url: 'https://pay.example.com/1',
        },
      ],
    },
  },
  {
    tool: 'update_seats',
    dialect: 'live',
    args: { extra_seats: 3, seat_price_id: 'price_seat' },
    asked: [
      {
        method: 'POST',
        path: '/v1/billing/seats',
        type: json,
        body: { extra_seats: 3, seat_price_id: 'price_seat' },
      },
    ],
    answers: [{ json: { success: true, extra_seats: 3 } }],
    result: { status: 'updated', extra_seats: 3 },
  },
  {
    tool: 'preview_tier_change',
    dialect: 'live',
    args: CHANGE,
    asked: [
      PRICES_ASKED,
      { method: 'POST', path: '/v1/billing/preview-tier-change', type: json, body: CHANGE },
    ],
    answers: [
      { json: PRICES },
      {
        json: {
          target_tier: 'pro',
          action: 'upgrade_immediate',
          proration_amount_cents: 1234,
          next_renewal_amount_cents: 29_005,
          effective_at: null,
          seats: 0,
        },
      },
    ],
    result: {
      target_tier: 'pro',
      action: 'upgrade_immediate',
      proration: { minor_units: 1234, currency: 'usd', text: 'USD 12.34' },
      next_renewal: { minor_units: 29_005, currency: 'usd', text: 'USD 290.05' },
      effective_at: null,
      seats: 0,
    },
  },
  {
    tool: 'change_tier',
    dialect: 'live',
    args: { ...CHANGE, target_tier: 'free' },
    asked: [
      PRICES_ASKED,
      {
        method: 'POST',
        path: '/v1/billing/change-tier',
        type: json,
        body: { ...CHANGE, target_tier: 'free' },
      },
    ],
    answers: [
      { json: PRICES },
      {
        json: {
          action: 'cancel_at_period_end',
          target_tier: 'free',
          seats: 0,
          proration_invoice_id: null,
          proration_amount_cents: 0,
          effective_at: '2026-06-08T10:00:00Z',
        },
      },
    ],
    result: {
      action: 'cancel_at_period_end',
      target_tier: 'free',
      proration: { minor_units: 0, currency: 'usd', text: 'USD 0.00' },
      effective_at: '2026-06-08T10:00:00Z',
    },
  },
];
