/** `send_webhook`: one body, signed exactly as it is sent. */
import { createHmac } from 'node:crypto';
import { AegisError } from '../../errors.js';
import type { Means } from '../context.js';
import type { Call } from '../define.js';
import { advised } from './advice.js';
import { STIMULUS_ADVICE } from './stimulus-refusals.js';

export interface WebhookArgs {
  readonly source: string;
  readonly payload?: unknown;
  readonly content_type?: string | undefined;
  readonly idempotency_key?: string | undefined;
}

/** Sources whose path is a route with other rules, and the tool that knows them. */
const OTHER_ROUTES: Readonly<Record<string, string>> = {
  keycloak: 'Use keycloak_webhook.',
  git: 'Use receive_git_webhook.',
  stripe: 'Stripe signs its own events; let Stripe send them.',
};

/** The bytes as text, and their type: text goes out as it is, anything else as compact JSON. */
export function webhookBody({ source, payload, content_type }: WebhookArgs): { text: string; type: string } {
  refuseOtherRoute(source);
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
  const type =
    typeof payload === 'string' && !isJson(payload) ? 'text/plain; charset=utf-8' : 'application/json';
  return { text, type: content_type ?? type };
}

/** The signature over those bytes. Throws `not_configured` where no secret is set for the source. */
export function webhookHeaders(args: WebhookArgs, means: Means): Record<string, string | undefined> {
  const { text } = webhookBody(args);
  const secret = means.webhookSecret(args.source);
  if (secret === undefined) throw lacksSecret(args.source);
  const hex = createHmac('sha256', secret).update(text).digest('hex');
  return { 'x-aegis-signature': `sha256=${hex}`, 'x-idempotency-key': args.idempotency_key };
}

/** Sends it. A refusal is about the signature: there is no bearer that could be wrong. */
export async function sendWebhook(call: Call<WebhookArgs>): Promise<unknown> {
  const { source } = call.args;
  return await advised(STIMULUS_ADVICE, call.send()).catch((error) => {
    if (!(error instanceof AegisError) || error.status !== 401) throw error;
    const reason = String(error.details?.reason ?? 'no reason given');
    throw new AegisError('unauthorized', `send_webhook: the server refuses the signature (${reason}).`, {
      status: 401,
      next:
        reason === 'secret_not_found'
          ? `The server has no secret for ${source}: have its operator set AEGIS_WEBHOOK_SECRET_<TENANT>_<SOURCE> there.`
          : `Give ${source} the same secret in AEGIS_WEBHOOK_SECRETS as the server has for that source.`,
      cause: error,
    });
  });
}

function refuseOtherRoute(source: string): void {
  const next = Object.hasOwn(OTHER_ROUTES, source) ? OTHER_ROUTES[source] : undefined;
  if (next === undefined) return;
  throw new AegisError('invalid_arguments', `send_webhook: source ${source} is a route of its own.`, {
    next,
  });
}

function lacksSecret(source: string): AegisError {
  return new AegisError('not_configured', `send_webhook: no secret is configured for the source ${source}.`, {
    next: `Set AEGIS_WEBHOOK_SECRETS to ${source}=<secret> (several separated by commas), then restart; nothing was sent.`,
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
