/** Secrets and signatures of inbound push webhooks. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { equalBytes, fromHex } from '../signatures.js';

/** The secret of a binding. The real server's is random and never told; the sandbox's can be known. */
export function webhookSecret(bindingId: string): string {
  return `sandbox-webhook-${bindingId}`;
}

/** By which a binding is found without its secret being kept. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Checks a body's signature under a secret. */
export type SignatureCheck = (body: Uint8Array, secret: string) => boolean;

/** The signature a request carries, in the server's order: GitHub, GitLab, Bitbucket; undefined without any. */
export function signatureOf(headers: IncomingHttpHeaders): SignatureCheck | undefined {
  const github = headers['x-hub-signature-256'];
  if (github !== undefined) return hmac('sha256', String(github));
  const gitlab = headers['x-gitlab-token'];
  if (gitlab !== undefined)
    return (_body, secret) => equalBytes(Buffer.from(String(gitlab)), Buffer.from(secret));
  const bitbucket = headers['x-hub-signature'];
  return bitbucket === undefined ? undefined : hmac('sha1', String(bitbucket));
}

function hmac(algorithm: 'sha256' | 'sha1', signature: string): SignatureCheck {
  const prefix = `${algorithm}=`;
  const given = signature.startsWith(prefix) ? fromHex(signature.slice(prefix.length)) : undefined;
  return (body, secret) =>
    given !== undefined && equalBytes(given, createHmac(algorithm, secret).update(body).digest());
}
