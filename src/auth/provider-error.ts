/** Failures of an OAuth token request as errors somebody can act on. Never names the client secret. */
import { cleanServerText } from '../client/server-text.js';
import { AegisError, type ErrorCode } from '../errors.js';

/** Whom the token was asked of, and by whom. */
export interface Provider {
  /** `<keycloakUrl>/realms/<realm>` (OpenID Connect issuer). */
  readonly issuer: string;
  readonly realm: string;
  readonly clientId: string;
  /** Only to keep it out of messages. */
  readonly clientSecret: string;
}

/** Decodes what openid-client threw. */
export function providerError(error: unknown, provider: Provider): AegisError {
  const inner = findAegisError(error);
  if (inner !== undefined) return connectionError(inner, error);
  const oauth = readFields(error);
  if (typeof oauth.error === 'string') return oauthError(oauth, provider, error);
  const cause = readFields(oauth.cause);
  const status = typeof oauth.status === 'number' ? oauth.status : cause.status;
  if (typeof status === 'number' && status !== 200) return statusError(status, provider, error);
  const body = readFields(cause.body);
  if (typeof body.issuer === 'string') return issuerError(body.issuer, provider, error);
  const reason = error instanceof Error ? error.message : 'unknown error';
  return notProvider(`${provider.issuer} does not answer as an OpenID Connect provider: ${reason}`, error);
}

type Fields = Readonly<Record<string, unknown>>;

/** The members of an object; of a Response, whose members are getters, the status. */
function readFields(value: unknown): Fields {
  if (value instanceof Response) return { status: value.status };
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function findAegisError(error: unknown, depth = 0): AegisError | undefined {
  if (error instanceof AegisError) return error;
  return error instanceof Error && depth < 4 ? findAegisError(error.cause, depth + 1) : undefined;
}

function connectionError(inner: AegisError, cause: unknown): AegisError {
  const refused = inner.details?.cause === 'ECONNREFUSED';
  const next = refused ? 'Start Keycloak or correct its URL.' : inner.next;
  return new AegisError(inner.code, `No token from Keycloak: ${inner.message}`, {
    ...(next !== undefined && { next }),
    ...(inner.details !== undefined && { details: inner.details }),
    cause,
  });
}

/** RFC 6749, section 5.2. Keycloak says `unauthorized_client` for a wrong secret. */
function oauthError(oauth: Fields, provider: Provider, cause: unknown): AegisError {
  const text = [oauth.error, oauth.error_description].filter((part) => typeof part === 'string').join(': ');
  const shown = cleanServerText(text.replaceAll(provider.clientSecret, '[redacted]'));
  const message = `Keycloak refuses the client "${provider.clientId}" in realm "${provider.realm}": ${shown}.`;
  return new AegisError('unauthorized', message, {
    ...(typeof oauth.status === 'number' && { status: oauth.status }),
    next: 'Check client id and secret, and that service accounts are enabled for the client.',
    details: { reason: cleanServerText(String(oauth.error)) },
    cause,
  });
}

function statusError(status: number, provider: Provider, cause: unknown): AegisError {
  if (status === 404) return unknownRealm(provider, cause);
  const options = { status, cause, next: 'Look at the Keycloak log and at proxies in front of it.' };
  if (status === 401) {
    const message = `Keycloak refuses the client "${provider.clientId}" in realm "${provider.realm}".`;
    return new AegisError('unauthorized', message, { ...options, next: 'Check client id and secret.' });
  }
  const code: ErrorCode = status === 429 ? 'rate_limited' : status >= 500 ? 'unavailable' : 'bad_response';
  return new AegisError(code, `No token from Keycloak: ${provider.issuer} answers HTTP ${status}.`, options);
}

function unknownRealm({ issuer, realm }: Provider, cause: unknown): AegisError {
  return new AegisError(
    'invalid_configuration',
    `Keycloak has no realm "${realm}" (${issuer} is HTTP 404).`,
    {
      status: 404,
      next: 'Check the realm and the Keycloak URL; before version 17 the URL ends with /auth.',
      cause,
    },
  );
}

function issuerError(found: string, { issuer }: Provider, cause: unknown): AegisError {
  const name = cleanServerText(found);
  return new AegisError('invalid_configuration', `The provider at ${issuer} calls itself ${name}.`, {
    next: 'Configure the Keycloak URL and realm under which the provider knows itself.',
    cause,
  });
}

function notProvider(message: string, cause: unknown): AegisError {
  return new AegisError('bad_response', `${message}.`, { next: 'Check the Keycloak URL.', cause });
}
