/** The attestation request and the session it gives (operation attestSeal, D48, D49). */
import { parseJson } from './decode.js';
import { isRecord } from './envelope.js';
import { messageOf, SealError } from './errors.js';
import { Ed25519Key } from './keys.js';
import { readAttestFailure } from './refusals.js';
import { isSuccess, type SealResponse, type SealWire } from './transport.js';

/** Optional members of the attestation body. Ids are minted by the server when a security context is given. */
export interface AttestationFields {
  readonly tenant_id?: string;
  readonly execution_id?: string;
  readonly agent_id?: string;
  readonly principal_subject?: string;
  readonly user_id?: string;
  readonly workload_id?: string;
  readonly zaru_tier?: string;
  readonly task_summary?: string;
  /** Must name a running container of the orchestrator's node; leave it out where there is none. */
  readonly container_id?: string;
}

/** What an attestation gives, as published. */
export interface AttestationResult {
  security_token: string;
  /** RFC 3339. */
  expires_at: string;
  session_id?: string;
}

export interface AttestationRequest {
  readonly url: string;
  readonly securityContext: string;
  readonly fields: AttestationFields | undefined;
  /** A bearer token or API key. */
  readonly bearer: (() => Promise<string | undefined>) | undefined;
  readonly now: () => number;
  /** Ends the wait for an answer; there is a limit of 30 s as well. */
  readonly signal: AbortSignal;
}

/** A session the server knows, with the key it was attested for. */
export interface LiveSession {
  readonly attestation: AttestationResult;
  readonly key: Ed25519Key;
  /** Standard base64; readable after the key was erased. */
  readonly publicKey: string;
  /** Milliseconds since 1970 of our clock. */
  readonly renewAt: number;
}

const TIMEOUT_MS = 30_000;
const RENEWAL_MARGIN_MS = 60_000;
/** Visible ASCII, as a JWT is; every call and every receipt carries it. */
const TOKEN = /^[!-~]{1,16384}$/;

/** Attests a new key. @throws SealError of the refusal; nothing ran. The key is zeroed then. */
export async function attestNewKey(wire: SealWire, request: AttestationRequest): Promise<LiveSession> {
  const key = Ed25519Key.generate();
  try {
    const publicKey = key.getPublicKeyBase64();
    const body = { public_key: publicKey, security_context: request.securityContext, ...request.fields };
    const authorization = await readAuthorization(request.bearer);
    const response = await within(TIMEOUT_MS, request.signal, (signal) =>
      wire.post(request.url, JSON.stringify(body), { authorization, signal, hasEffect: false }),
    );
    const attestation = readAttestation(response);
    const renewAt = scheduleRenewal(attestation, request.now(), wire.skewMs ?? 0);
    return { attestation, key, publicKey, renewAt };
  } catch (error) {
    key.erase();
    throw error;
  }
}

/** AbortSignal.any is avoided: of a parent that lives long it keeps every child (Node 20). */
async function within<T>(
  ms: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const end = (): void => controller.abort(parent.reason);
  const timer = setTimeout(
    () => controller.abort(new DOMException('No answer in time.', 'TimeoutError')),
    ms,
  );
  if (parent.aborted) end();
  else parent.addEventListener('abort', end);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', end);
  }
}

async function readAuthorization(bearer: AttestationRequest['bearer']): Promise<string | undefined> {
  try {
    const token = await bearer?.();
    return token === undefined ? undefined : `Bearer ${token}`;
  } catch (cause) {
    if (cause instanceof SealError) throw cause;
    const text = messageOf(cause);
    throw new SealError('unauthorized', `No credential for the attestation: ${text}`, { cause });
  }
}

function readAttestation(response: SealResponse): AttestationResult {
  if (!isSuccess(response)) throw readAttestFailure(response);
  const body = parseJson(response.text);
  const { security_token, expires_at, session_id } = isRecord(body) ? body : {};
  if (typeof security_token !== 'string' || !TOKEN.test(security_token)) throw unreadable('security_token');
  if (typeof expires_at !== 'string' || Number.isNaN(Date.parse(expires_at))) throw unreadable('expires_at');
  return { security_token, expires_at, ...(typeof session_id === 'string' && { session_id }) };
}

function unreadable(field: string): SealError {
  return new SealError('bad_response', `The answer to the attestation has no usable '${field}'.`);
}

/** The lifetime is counted on the server's clock, so that a wrong clock here does not end a session early. */
function scheduleRenewal({ expires_at }: AttestationResult, now: number, skewMs: number): number {
  const lifetime = Date.parse(expires_at) - (now + skewMs);
  return now + lifetime - Math.min(RENEWAL_MARGIN_MS, lifetime / 2);
}
