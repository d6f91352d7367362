/**
 * The webhook sources of the sandbox. Their secrets are public by design, as its other credentials: what stands in
 * `AEGIS_WEBHOOK_SECRET_<TENANT>_<SOURCE>` of a real server.
 */

export interface WebhookSource {
  /** Tenants that registered the source. */
  readonly tenants: readonly [string, ...string[]];
  readonly secret: string;
  /** Whether a route leads on from the source; default true. */
  readonly routed?: boolean;
}

/** By source; any other has no secret. */
export const WEBHOOK_SOURCES: ReadonlyMap<string, WebhookSource> = new Map<string, WebhookSource>([
  ['github', { tenants: ['aegis-system'], secret: 'sandbox-github-secret' }],
  ['ci', { tenants: ['aegis-system'], secret: 'sandbox-ci-secret' }],
  ['shared', { tenants: ['acme', 'globex'], secret: 'sandbox-shared-secret' }],
  ['unrouted', { tenants: ['aegis-system'], secret: 'sandbox-unrouted-secret', routed: false }],
]);

/** Signs for the source `stripe`, in Stripe's own scheme. */
export const STRIPE_SECRET = 'sandbox-stripe-secret';
