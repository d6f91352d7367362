/** `receive_git_webhook`: a push event, authenticated with a secret that only configuration knows. */
import { createHmac } from 'node:crypto';
import { AegisError } from '../../errors.js';
import type { Means } from '../context.js';
import type { AnyArgs, Body, Headers } from '../define.js';
import type { Advice } from './advice.js';
import { NEEDS_HOST_PATH } from './git-repos.js';

interface WebhookArguments {
  readonly source: string;
  readonly payload?: AnyArgs | undefined;
}

/** The event as it is signed and sent. */
export function webhookBody({ payload = {} }: WebhookArguments): Extract<Body, { text: string }> {
  return { text: JSON.stringify(payload), type: 'application/json' };
}

/**
 * The secret selects the repository; the HMAC of the body is GitHub's signature, which the server checks before
 * those of other hosts. Throws `not_configured` for a source without a secret.
 */
export function webhookHeaders(args: WebhookArguments, means: Pick<Means, 'webhookSecret'>): Headers {
  const secret = means.webhookSecret(args.source);
  if (secret === undefined) throw noSecret(args.source);
  const signature = createHmac('sha256', secret).update(webhookBody(args).text).digest('hex');
  return { 'x-aegis-webhook-secret': secret, 'x-hub-signature-256': `sha256=${signature}` };
}

/** There is no bearer that could be wrong. Without git storage the path is that of a stimulus source called git. */
export const WEBHOOK_REFUSALS: Advice = {
  missing_signature: {
    code: 'unsupported',
    cause: 'This server has no git storage; it takes the call for a stimulus',
    next: 'Send stimuli with send_webhook, and put files into a volume with upload_file.',
  },
  413: { next: 'Send less: the server takes an event of at most 1 MiB.' },
  501: NEEDS_HOST_PATH,
  401: {
    cause: 'The server knows no repository with the secret of this source',
    next: 'Correct the secret in AEGIS_WEBHOOK_SECRETS; the server makes it for repositories with auto_refresh, and only its operator can look it up.',
  },
};

function noSecret(source: string): AegisError {
  return new AegisError(
    'not_configured',
    `receive_git_webhook: no secret is configured for the source ${source}.`,
    {
      next: `Set AEGIS_WEBHOOK_SECRETS to ${source}=<secret> (several separated by commas), then restart; nothing was sent.`,
    },
  );
}
