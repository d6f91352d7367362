/** An attested session: keeps itself fresh, signs tool calls and sends them. */
import { randomUUID } from 'node:crypto';
import {
  type AttestationFields,
  type AttestationResult,
  attestNewKey,
  type LiveSession,
} from './attestation.js';
import { readInvokeFailure, readResult } from './decode.js';
import { createSealEnvelope, type McpPayload, type SealEnvelope, serializeEnvelope } from './envelope.js';
import { SealError } from './errors.js';
import { toolFailure } from './failure.js';
import { outcomeOf, type SealRecorder } from './outcome.js';
import { isSuccess, joinUrl, raceSignal, type SealSend, SealWire, sendWithFetch } from './transport.js';

/** The server that executes the calls. It decides the timestamp's form and how long a token lasts. */
export type SealTarget = 'orchestrator' | 'gateway';

export interface SealSessionOptions {
  /** Base URL of the server that executes the calls. */
  readonly url: string;
  /** Base URL of the orchestrator, where it is another: the gateway cannot attest. Default `url`. */
  readonly attestUrl?: string;
  /** Default `orchestrator`. The gateway accepts a token once, so each call there attests anew. */
  readonly target?: SealTarget;
  readonly securityContext: string;
  /** Further members of the attestation body. */
  readonly fields?: AttestationFields;
  /** A bearer token or `aegis_` API key for the attestation; undefined sends no Authorization. */
  readonly bearer?: () => Promise<string | undefined>;
  /** Default: the platform's fetch. */
  readonly send?: SealSend;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** Source of JSON-RPC ids: with one id, two equal calls in a second would be one replay. */
  readonly randomUUID?: () => string;
}

export interface InvokeOptions {
  readonly signal?: AbortSignal;
  /** Told of each attempt before it is sent, and of its outcome. */
  readonly record?: SealRecorder;
}

type ToolArguments = Readonly<Record<string, unknown>>;

/** A call ready to be sent. The session's key is not needed any more. */
interface SignedCall {
  readonly session: LiveSession;
  readonly envelope: SealEnvelope<string | number>;
}

/**
 * A session of one identity in one security context. At most one attestation is in flight; a session is renewed
 * 60 s before its end with a new key, and the old key is zeroed.
 */
export class SealSession {
  readonly #options: SealSessionOptions;
  readonly #attestUrl: string;
  readonly #invokeUrl: string;
  readonly #wire: SealWire;
  readonly #now: () => number;
  readonly #isSingleUse: boolean;
  #live: LiveSession | undefined;
  #flight: Promise<LiveSession> | undefined;
  /** Counts disposals, so that an attestation that ends after one leaves nothing behind. */
  #generation = 0;

  /** @throws SealError `malformed` for a URL that is not http or https. */
  constructor(options: SealSessionOptions) {
    this.#options = options;
    this.#attestUrl = joinUrl(options.attestUrl ?? options.url, '/v1/seal/attest');
    this.#invokeUrl = joinUrl(options.url, '/v1/seal/invoke');
    this.#now = options.now ?? Date.now;
    this.#wire = new SealWire(options.send ?? sendWithFetch, this.#now);
    this.#isSingleUse = options.target === 'gateway';
  }

  /** Whether there is a session, fresh or not. */
  get isAttested(): boolean {
    return this.#live !== undefined;
  }

  /** Server clock minus ours in milliseconds, from the last `Date` header; undefined before one. */
  clockSkewMs(): number | undefined {
    return this.#wire.skewMs;
  }

  /**
   * Attests with a new key and replaces the session, or joins an attestation in flight.
   *
   * @throws SealError of the refusal; nothing ran.
   */
  async attest(signal?: AbortSignal): Promise<AttestationResult> {
    return (await this.#renew(signal)).attestation;
  }

  /**
   * Calls a tool and returns its own JSON value, which may still report a failure: see toolFailure.
   *
   * Only an answer that names a dead session leads to one new attestation and a second attempt with a fresh id
   * and timestamp: that call certainly did not run. Nothing else is sent again.
   *
   * @throws SealError; `mayHaveRun` tells whether the call may have taken effect.
   */
  async invoke(tool: string, args: ToolArguments, options: InvokeOptions = {}): Promise<unknown> {
    const call = await this.#sign(tool, args, options.signal);
    try {
      return await this.#send(call, options);
    } catch (error) {
      if (!isDeadSession(error)) throw error;
      this.#drop(call.session);
    }
    return await this.#send(await this.#sign(tool, args, options.signal), options);
  }

  /** Zeroes the key and forgets the session. */
  dispose(): void {
    this.#generation += 1;
    this.#flight = undefined;
    if (this.#live !== undefined) this.#drop(this.#live);
  }

  /** Claims a session and signs with it in one turn, so that no renewal can erase the key in between. */
  async #sign(tool: string, args: ToolArguments, signal: AbortSignal | undefined): Promise<SignedCall> {
    let session = this.#live;
    if (session === undefined || this.#now() >= session.renewAt) session = await this.#renew(signal);
    while (this.#isSingleUse && session.isUsed) session = await this.#renew(signal);
    session.isUsed = true;
    const id = (this.#options.randomUUID ?? randomUUID)();
    const params = { name: tool, arguments: args };
    const payload: McpPayload = { jsonrpc: '2.0', id, method: 'tools/call', params };
    const envelope = createSealEnvelope(session.attestation.security_token, payload, session.key, {
      timestampFormat: this.#isSingleUse ? 'unix' : 'rfc3339',
      now: this.#now,
    });
    return { session, envelope };
  }

  async #send({ session, envelope }: SignedCall, { signal, record }: InvokeOptions): Promise<unknown> {
    const { publicKey, attestation } = session;
    const finish = record?.({ envelope, publicKey, sessionId: attestation.session_id });
    let result: unknown;
    try {
      const body = serializeEnvelope(envelope);
      const response = await this.#wire.post(this.#invokeUrl, body, { signal, hasEffect: true });
      if (!isSuccess(response)) throw readInvokeFailure(response, this.#wire.skewMs);
      result = readResult(response);
    } catch (error) {
      finish?.(outcomeOf(error));
      throw error;
    }
    const failure = toolFailure(result);
    finish?.(failure === undefined ? { status: 'ok' } : { status: 'failed', detail: failure });
    return result;
  }

  /** Not bound to the signal of any caller: others may wait for the same attestation. */
  #renew(signal: AbortSignal | undefined): Promise<LiveSession> {
    const flight = this.#flight ?? this.#attest();
    this.#flight = flight;
    return raceSignal(flight, signal);
  }

  async #attest(): Promise<LiveSession> {
    const generation = this.#generation;
    const { securityContext, fields, bearer } = this.#options;
    const request = { url: this.#attestUrl, securityContext, fields, bearer, now: this.#now };
    try {
      const session = await attestNewKey(this.#wire, request);
      this.#install(session, generation);
      return session;
    } finally {
      if (generation === this.#generation) this.#flight = undefined;
    }
  }

  #install(session: LiveSession, generation: number): void {
    if (generation !== this.#generation) {
      session.key.erase();
      throw new SealError('not_attested', 'The session was disposed of while it was attesting.');
    }
    if (this.#live !== undefined) this.#drop(this.#live);
    this.#live = session;
  }

  #drop(session: LiveSession): void {
    session.key.erase();
    if (this.#live === session) this.#live = undefined;
  }
}

/** The orchestrator's answers for a token it does not know, or no longer; it looks before anything else. */
function isDeadSession(error: unknown): boolean {
  const isDead = error instanceof SealError && ['session_inactive', 'session_expired'].includes(error.code);
  return isDead && error.status === 400;
}
