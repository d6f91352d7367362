/** Reads what a JWT says about itself, without verifying it: for display and error messages only. */
import { isObject } from './json-object.js';

/** Claims of an access token (RFC 7519, section 4.1; Keycloak). Absent or mistyped ones are left out. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly azp?: string;
  readonly preferred_username?: string;
  /** Space-separated scopes. */
  readonly scope?: string;
  /** Operator role of the system realm. */
  readonly aegis_role?: string;
  readonly tenant_id?: string;
  /** Tier of a consumer: free, pro, business, enterprise. */
  readonly zaru_tier?: string;
  /** Seconds since the epoch. */
  readonly exp?: number;
  readonly iat?: number;
  readonly nbf?: number;
}

const TEXTS = [
  'iss',
  'sub',
  'azp',
  'preferred_username',
  'scope',
  'aegis_role',
  'tenant_id',
  'zaru_tier',
] as const;
const TIMES = ['exp', 'iat', 'nbf'] as const;

/** Longest token that is read, characters. */
const MAX_TOKEN = 65_536;
/** Longest text claim, characters; a longer one is left out. */
const MAX_TEXT = 4_096;
/** Latest time that a Date can hold, seconds. */
const MAX_TIME = 8_640_000_000_000;

/** The claims of a JWS in compact form, NOT verified; undefined for anything else (an opaque token, an API key). */
export function readClaims(token: string): Claims | undefined {
  const parts = token.split('.', 4);
  const payload = parts[1];
  if (parts.length !== 3 || payload === undefined || token.length > MAX_TOKEN) return undefined;
  const claims = parseObject(Buffer.from(payload, 'base64url').toString('utf8'));
  if (claims === undefined) return undefined;
  return { ...pick(claims, TEXTS, isText), ...pick(claims, TIMES, isTime) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function pick<K extends string, T>(
  claims: Readonly<Record<string, unknown>>,
  names: readonly K[],
  fits: (value: unknown) => value is T,
): { [P in K]?: T } {
  const picked: { [P in K]?: T } = {};
  for (const name of names) {
    const value = claims[name];
    if (fits(value)) picked[name] = value;
  }
  return picked;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= MAX_TIME;
}
