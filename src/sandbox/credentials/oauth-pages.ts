import type { Reply, Route, SandboxRequest } from '../kernel.js';
import { empty, pathParam, text } from '../router.js';
import { CLIENT_ID, type CodeBinding, type OAuthProviders } from './oauth-provider.js';

/** What a browser asks of a provider, without a bearer: the authorization endpoint and a page to be sent back to. */
export function providerRoutes(providers: OAuthProviders): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/sandbox/oauth/{provider}/authorize',
      auth: 'none',
      handler: (request) => authorize(providers, request),
    },
    { method: 'GET', path: '/sandbox/oauth/landing', auth: 'none', handler: land },
  ];
}

/** 302 to the redirect_uri with state and code, or with `error=access_denied` when the query says `deny=true`. */
function authorize(providers: OAuthProviders, request: SandboxRequest): Reply {
  const provider = pathParam(request, 'provider');
  const { query } = request;
  const redirectUri = query.get('redirect_uri') ?? '';
  const known = providers.isConfigured(provider) && query.get('client_id') === CLIENT_ID;
  if (!known || !providers.allows(redirectUri)) {
    return text(400, 'Unknown provider, client or redirect_uri');
  }
  const target = new URL(redirectUri);
  for (const [name, value] of answer(providers, { provider, redirectUri }, query)) {
    target.searchParams.set(name, value);
  }
  return empty(302, { location: target.href });
}

function answer(providers: OAuthProviders, binding: CodeBinding, query: URLSearchParams) {
  const state: [string, string][] = [['state', query.get('state') ?? '']];
  if (query.get('deny') === 'true') return [...state, ['error', 'access_denied'] as const];
  const challenge = query.get('code_challenge') ?? '';
  const sound = query.get('response_type') === 'code' && query.get('code_challenge_method') === 'S256';
  if (!sound || challenge === '') return [...state, ['error', 'invalid_request'] as const];
  return [...state, ['code', providers.issueCode(binding, challenge)] as const];
}

function land({ query }: SandboxRequest): Reply {
  const lines = [...query].map(([name, value]) => `${name}: ${value}`);
  return text(200, ['Back from the provider. Pass these to the OAuth callback:', ...lines, ''].join('\n'), {
    'x-content-type-options': 'nosniff',
  });
}
