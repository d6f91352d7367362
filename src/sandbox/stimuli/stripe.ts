/** Stripe's own webhook signatures: `Stripe-Signature: t=<unix seconds>,v1=<hex>` over `t.body`. */
import { createHmac } from 'node:crypto';
import type { SandboxRequest } from '../kernel.js';
import { equalBytes, fromHex } from '../signatures.js';
import { STRIPE_SECRET } from './webhook-secrets.js';

const TOLERANCE_SECONDS = 300;

/** What is wrong with the signature of a delivery; undefined for a good one. */
export function checkStripeSignature({ headers, body }: SandboxRequest, now: Date): string | undefined {
  const header = headers['stripe-signature'];
  if (header === undefined) return 'Missing Stripe-Signature header';
  const parts = String(header)
    .split(',')
    .map((part) => part.trim().split('='));
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time)) return 'Invalid Stripe-Signature header';
  if (Math.abs(now.getTime() / 1000 - Number(time)) > TOLERANCE_SECONDS) {
    return 'Stripe-Signature timestamp outside the tolerance';
  }
  const digest = createHmac('sha256', STRIPE_SECRET).update(`${time}.`).update(body).digest();
  const signed = parts.some(([name, hex = '']) => {
    const given = name === 'v1' ? fromHex(hex) : undefined;
    return given !== undefined && equalBytes(digest, given);
  });
  return signed ? undefined : 'Stripe signature verification failed';
}
