/** Pages that the payment provider would host: checkout, customer portal, invoices. They move no money. */
import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { pathParam, refuseText } from '../router.js';
import { page } from './html.js';
import type { Invoice } from './invoices.js';
import { textPdf } from './pdf.js';
import { renewalAmount } from './prices.js';
import type { Billing } from './service.js';
import type { CheckoutSession, PortalSession } from './sessions.js';
import type { Card, Subscription } from './subscriptions.js';

/** What a customer does in the portal. */
const PORTAL_ACTIONS: Readonly<Record<string, Partial<Subscription>>> = {
  cancel: { status: 'canceled', cancelAtPeriodEnd: false, pending: null },
  renew: { cancelAtPeriodEnd: false },
  pay: { status: 'active', card: 'good' },
};

/** The pages of one billing; their addresses are secrets of their visitor, so they ask for no bearer. */
export function hostedPages(billing: Billing): readonly Route[] {
  return [
    route('GET', '/sandbox/checkout/{id}', (request) => checkoutPage(findCheckout(billing, request))),
    route('POST', '/sandbox/checkout/{id}/complete', (request) =>
      completeCheckout(billing, findCheckout(billing, request), cardOf(request)),
    ),
    route('GET', '/sandbox/portal/{id}', (request) => portalPage(billing, findPortal(billing, request))),
    route('POST', '/sandbox/portal/{id}/{action}', (request) =>
      actInPortal(billing, findPortal(billing, request), pathParam(request, 'action')),
    ),
    route('GET', '/sandbox/invoices/{id}', (request) =>
      page('Invoice', invoiceLines(findInvoice(billing, request))),
    ),
    route('GET', '/sandbox/invoices/{id}/pdf', (request) => ({
      status: 200,
      bytes: textPdf(invoiceLines(findInvoice(billing, request))),
      type: 'application/pdf',
    })),
  ];
}

function route(method: 'GET' | 'POST', path: string, handler: (request: SandboxRequest) => Reply): Route {
  return { method, path, auth: 'none', handler };
}

function findCheckout(billing: Billing, request: SandboxRequest): CheckoutSession {
  return billing.sessions.checkout(pathParam(request, 'id')) ?? refuseText(404, 'No such checkout session');
}

function findPortal(billing: Billing, request: SandboxRequest): PortalSession {
  return billing.sessions.portal(pathParam(request, 'id')) ?? refuseText(404, 'No such portal session');
}

function findInvoice(billing: Billing, request: SandboxRequest): Invoice {
  return billing.subscriptions.invoices.find(pathParam(request, 'id')) ?? refuseText(404, 'No such invoice');
}

function cardOf(request: SandboxRequest): Card {
  const card = request.query.get('card') ?? 'good';
  return card === 'good' || card === 'declines' ? card : refuseText(400, 'card is good or declines');
}

function checkoutPage({ id, plan, complete }: CheckoutSession): Reply {
  const price = dollars(renewalAmount(plan));
  const lines = [`${plan.tier} per ${plan.interval}, ${plan.extraSeats} extra seats: ${price}`];
  if (complete) return page('Checkout', [...lines, 'This checkout is complete.']);
  const forms = [
    { action: `${id}/complete`, label: 'Pay' },
    { action: `${id}/complete?card=declines`, label: 'Pay with a card that is declined from then on' },
  ];
  return page('Checkout', lines, forms);
}

function completeCheckout(billing: Billing, session: CheckoutSession, card: Card): Reply {
  if (session.complete) refuseText(409, 'This checkout is complete');
  billing.completeCheckout(session, card);
  return page('Checkout', [`The subscription to ${session.plan.tier} is active.`], [], session.successUrl);
}

function portalPage(billing: Billing, { id, tenant, returnUrl }: PortalSession): Reply {
  const subscription = billing.subscriptions.of(tenant);
  const state = subscription
    ? `${subscription.plan.tier} per ${subscription.plan.interval}: ${subscription.status}`
    : 'no subscription';
  const forms = [
    { action: `${id}/cancel`, label: 'Cancel the subscription now' },
    { action: `${id}/renew`, label: 'Take a scheduled cancellation back' },
    { action: `${id}/pay`, label: 'Use a card that pays, and pay open invoices' },
  ];
  return page('Customer portal', [state], subscription ? forms : [], returnUrl);
}

function actInPortal(billing: Billing, { tenant, returnUrl }: PortalSession, action: string): Reply {
  const change = Object.hasOwn(PORTAL_ACTIONS, action) ? PORTAL_ACTIONS[action] : undefined;
  if (change === undefined) refuseText(404, 'The portal can cancel, renew and pay');
  const subscription = billing.subscriptions.of(tenant);
  if (subscription === undefined || subscription.status === 'canceled') {
    return refuseText(409, 'There is no subscription');
  }
  if (action === 'pay') billing.subscriptions.invoices.payOpen(tenant);
  billing.subscriptions.save({ ...subscription, ...change });
  return page('Customer portal', [`Done: ${action}.`], [], returnUrl);
}

function invoiceLines({ id, amount, status, created }: Invoice): string[] {
  return [`Invoice ${id}`, `${dollars(amount)}, ${status}`, created, 'Simulated: no money has moved.'];
}

function dollars(cents: number): string {
  return `USD ${(cents / 100).toFixed(2)}`;
}
