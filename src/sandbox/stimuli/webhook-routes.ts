/** `POST /v1/webhooks/{source}`: signed deliveries (operation sendWebhook). */
import { createHmac } from 'node:crypto';
import type { Clock, Dialect, Reply, Route, SandboxRequest } from '../kernel.js';
import { json, pathParam } from '../router.js';
import { equalBytes, fromHex } from '../signatures.js';
import { refuseCode } from './faults.js';
import type { Stimuli } from './service.js';
import { acceptedReply } from './stimulus-routes.js';
import { checkStripeSignature } from './stripe.js';
import { WEBHOOK_SOURCES, type WebhookSource } from './webhook-secrets.js';

const BODY_BYTES = 1024 * 1024;

/** What the route takes in before its own, smaller limit answers 400 in place of the framework's 413. */
const TAKEN_IN = 32 * 1024 * 1024;

/** The route in one dialect; only the published reference reads X-Idempotency-Key (D56). */
export function webhookRoute(stimuli: Stimuli, dialect: Dialect, clock: Clock): Route {
  return {
    ...{ method: 'POST', path: '/v1/webhooks/{source}', auth: 'none', limit: TAKEN_IN },
    handler(request) {
      const source = pathParam(request, 'source');
      if (source === 'stripe' && dialect === 'live') return receiveStripe(request, clock);
      const { tenants } = verify(request, source, dialect);
      const key = request.headers['x-idempotency-key'];
      const idempotencyKey = dialect === 'documented' && key !== undefined ? String(key) : undefined;
      const [tenant] = tenants;
      const content = contentOf(request.body);
      return acceptedReply(stimuli.ingest({ tenant, source, content, idempotencyKey }), dialect);
    },
  };
}

/** Header, its form, the source's secret, the body, the digest: the first fault answers. */
function verify(request: SandboxRequest, source: string, dialect: Dialect): WebhookSource {
  const signature = signatureOf(request, dialect);
  const known = WEBHOOK_SOURCES.get(source) ?? refuseCode('secret_not_found');
  if (known.tenants.length > 1) refuseCode('ambiguous_webhook_route');
  if (request.body.length > BODY_BYTES) refuseCode('body_read_error');
  const digest = createHmac('sha256', known.secret).update(request.body).digest();
  if (!equalBytes(signature, digest)) refuseCode('invalid_signature');
  if (known.routed === false) refuseCode('unregistered_webhook_source');
  return known;
}

function signatureOf(request: SandboxRequest, dialect: Dialect): Buffer {
  const header = request.headers['x-aegis-signature'];
  if (header === undefined) return refuseCode('missing_signature');
  const hex = /^sha256=(.*)$/.exec(String(header))?.[1] ?? refuseCode('malformed_signature');
  return fromHex(hex) ?? refuseCode(dialect === 'live' ? 'invalid_hex' : 'malformed_signature');
}

/** The body as text, or as base64 when it is not UTF-8. */
function contentOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return body.toString('base64');
  }
}

function receiveStripe(request: SandboxRequest, clock: Clock): Reply {
  if (request.body.length > BODY_BYTES) refuseCode('body_read_error');
  const fault = checkStripeSignature(request, clock.now());
  return fault === undefined ? json({ received: true }) : json({ error: fault, message: fault }, 401);
}
