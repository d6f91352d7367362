/** The OAuth providers of the sandbox: whom they know, and the exchange of codes (RFC 6749 section 4.1, RFC 7636). */
import { createHash, randomBytes } from 'node:crypto';
import type { SandboxContext } from '../kernel.js';
import { isLoopbackHost } from '../loopback.js';
import type { OAuthTokens } from './service.js';

/** Codes and states live this long. */
export const OAUTH_MILLISECONDS = 10 * 60 * 1000;

/** The client that the sandbox is at its providers. */
export const CLIENT_ID = 'aegis-sandbox';

/** Configured providers with the scopes that they grant. */
const PROVIDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['github', ['repo', 'read:user']],
  ['google', ['openid', 'email']],
]);

/** Redirect targets beyond this machine. */
const REDIRECTS = ['https://app.example.com/oauth/callback'];

const SCHEMA = `
create table if not exists oauth_codes (
  hash text primary key, provider text not null, redirect_uri text not null, challenge text not null,
  issued_at integer not null
)`;

/** What a code is bound to. */
export interface CodeBinding {
  readonly provider: string;
  readonly redirectUri: string;
}

interface CodeRow {
  readonly provider: string;
  readonly redirect_uri: string;
  readonly challenge: string;
  readonly issued_at: number;
}

export class OAuthProviders {
  readonly #context: SandboxContext;

  constructor(context: SandboxContext) {
    this.#context = context;
    context.store.exec(SCHEMA);
  }

  isConfigured(provider: string): boolean {
    return PROVIDERS.has(provider);
  }

  /** Loopback addresses, as RFC 8252 section 7.3 wants of a provider, and the entries of the allowlist. */
  allows(redirectUri: string): boolean {
    if (REDIRECTS.includes(redirectUri)) return true;
    if (!URL.canParse(redirectUri)) return false;
    const { protocol, hostname, hash } = new URL(redirectUri);
    return /^https?:$/.test(protocol) && isLoopbackHost(hostname) && hash === '';
  }

  /** A code for the client that sent the user here; redeemable once, with the verifier of the challenge. */
  issueCode({ provider, redirectUri }: CodeBinding, challenge: string): string {
    const code = randomBytes(20).toString('hex');
    const now = this.#context.clock.now().getTime();
    this.#context.store.run(
      'insert into oauth_codes (hash, provider, redirect_uri, challenge, issued_at) values (?, ?, ?, ?, ?)',
      ...[sha256(code), provider, redirectUri, challenge, now],
    );
    return code;
  }

  /** The tokens for a code; undefined when the provider refuses it. Any attempt uses the code up. */
  redeem(code: string, { provider, redirectUri }: CodeBinding, verifier: string): OAuthTokens | undefined {
    const { store, clock } = this.#context;
    const row = store.get<CodeRow>('select * from oauth_codes where hash = ?', sha256(code));
    store.run('delete from oauth_codes where hash = ?', sha256(code));
    if (row === undefined || row.provider !== provider || row.redirect_uri !== redirectUri) return undefined;
    if (row.issued_at + OAUTH_MILLISECONDS < clock.now().getTime()) return undefined;
    return row.challenge === codeChallenge(verifier) ? issueTokens(provider) : undefined;
  }
}

/** Tokens of the account that the provider knows. */
export function issueTokens(provider: string): OAuthTokens {
  return {
    account: 'sandbox-user',
    scopes: PROVIDERS.get(provider) ?? [],
    access_token: randomBytes(20).toString('hex'),
    refresh_token: randomBytes(20).toString('hex'),
  };
}

/** Where the user is sent; the state is part of it. */
export function authorizationUrl(
  base: string,
  { provider, redirectUri }: CodeBinding,
  given: { readonly state: string; readonly challenge: string },
): string {
  const url = new URL(`${base}/sandbox/oauth/${encodeURIComponent(provider)}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    scope: (PROVIDERS.get(provider) ?? []).join(' '),
    state: given.state,
    code_challenge: given.challenge,
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

/** S256 of RFC 7636 section 4.2. */
export function codeChallenge(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** SHA-256 as hex: states and codes are kept as this. */
export function sha256(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
