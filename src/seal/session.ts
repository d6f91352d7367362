/** An attested session: keeps itself fresh, signs tool calls and sends them. */
import { randomUUID } from 'node:crypto';
import { type AttestationResult, attestNewKey, type LiveSession } from './attestation.js';
import { readResult } from './decode.js';
import { createSealEnvelope, type McpPayload, type SealEnvelope, serializeEnvelope } from './envelope.js';
import { SealError, type SealErrorCode } from './errors.js';
import { excerpt } from './excerpt.js';
import { toolFailure } from './failure.js';
import { SessionPosting } from './gateway-sessions.js';
import { outcomeOf } from './outcome.js';
import { readInvokeFailure } from './refusals.js';
import type { InvokeOptions, SealSessionOptions, SealTarget } from './session-options.js';
import { SessionPool } from './session-pool.js';
import type { SessionSource } from './session-source.js';
import { SharedSession } from './shared-session.js';
import { isSuccess, joinUrl, raceSignal, SealWire, sendWithFetch } from './transport.js';

type ToolArguments = Readonly<Record<string, unknown>>;

/** A call ready to be sent. The session's key is not needed any more. */
interface SignedCall {
  readonly session: LiveSession;
  readonly envelope: SealEnvelope<string | number>;
}

/** One spare session and eight resting ones carry a call every eight seconds without an attestation. */
const POOL = { spare: 1, kept: 8 };
/** The gateway keeps one session for each execution: a later attestation of the same one replaces it. */
const ONE_AT_A_TIME = { spare: 0, kept: 0 };

/**
 * A session of one identity in one security context. Toward the orchestrator at most one attestation is in flight,
 * and the session is renewed 60 s before its end with a new key; toward the gateway, a pool of them.
 */
export class SealSession {
  readonly #options: SealSessionOptions;
  readonly #attestUrl: string;
  readonly #invokeUrl: string;
  readonly #wire: SealWire;
  readonly #now: () => number;
  readonly #source: SessionSource;
  readonly #posting: SessionPosting | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #disposal = new AbortController();

  /** @throws SealError `malformed` for a URL that is not http or https. */
  constructor(options: SealSessionOptions) {
    this.#options = options;
    this.#attestUrl = joinUrl(options.attestUrl ?? options.url, '/v1/seal/attest');
    this.#invokeUrl = joinUrl(options.url, '/v1/seal/invoke');
    this.#now = options.now ?? Date.now;
    this.#wire = new SealWire(options.send ?? sendWithFetch, this.#now);
    this.#posting = this.#makePosting();
    const attest = () => this.#attestNew();
    this.#source = this.#isGateway
      ? new SessionPool(attest, this.#now, this.#hasOneExecution ? ONE_AT_A_TIME : POOL)
      : new SharedSession(attest, this.#now);
  }

  /** Name of the security context that it attests for. */
  get securityContext(): string {
    return this.#options.securityContext;
  }

  /** The server that executes its calls. */
  get target(): SealTarget {
    return this.#options.target ?? 'orchestrator';
  }

  /** Whether there is a session, fresh or not. */
  get isAttested(): boolean {
    return this.#source.isAttested;
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
    return await this.#source.attest(signal);
  }

  /**
   * Calls a tool and returns its own JSON value, which may still report a failure: see toolFailure.
   *
   * Only an answer that says that the session or its token is of no use leads to a second attempt, with another
   * session, id and timestamp: that call certainly did not run. Nothing else is sent again.
   *
   * @throws SealError; `mayHaveRun` tells whether the call may have taken effect.
   */
  async invoke(tool: string, args: ToolArguments, options: InvokeOptions = {}): Promise<unknown> {
    if (!this.#isGateway || !this.#hasOneExecution) return await this.#invoke(tool, args, options);
    const before = this.#turn;
    const mine = raceSignal(before, options.signal).then(() => this.#invoke(tool, args, options));
    this.#turn = Promise.allSettled([before, mine]);
    return await mine;
  }

  /** Zeroes the keys and forgets the sessions; attestations in flight are broken off. */
  dispose(): void {
    this.#source.dispose();
    this.#disposal.abort();
    this.#disposal = new AbortController();
  }

  get #isGateway(): boolean {
    return this.target === 'gateway';
  }

  get #hasOneExecution(): boolean {
    return this.#options.fields?.execution_id !== undefined;
  }

  async #invoke(tool: string, args: ToolArguments, options: InvokeOptions): Promise<unknown> {
    const call = await this.#sign(tool, args, options.signal);
    let refusal: SealError;
    try {
      return await this.#send(call, options);
    } catch (error) {
      if (!this.#isOfNoUse(error)) throw error;
      refusal = error;
    }
    this.#source.drop(call.session);
    const hasLearnt = this.#learn(refusal);
    try {
      return await this.#send(await this.#sign(tool, args, options.signal), options);
    } catch (error) {
      // The same answer for a session that was posted: it was not about the session.
      const isSame = hasLearnt && error instanceof SealError && error.code === refusal.code;
      throw isSame ? (this.#posting?.unlearn() ?? error) : error;
    }
  }

  async #sign(tool: string, args: ToolArguments, signal: AbortSignal | undefined): Promise<SignedCall> {
    return await this.#source.use((session) => {
      const id = (this.#options.randomUUID ?? randomUUID)();
      const params = { name: tool, arguments: args };
      const payload: McpPayload = { jsonrpc: '2.0', id, method: 'tools/call', params };
      const envelope = createSealEnvelope(session.attestation.security_token, payload, session.key, {
        timestampFormat: this.#isGateway ? 'unix' : 'rfc3339',
        now: this.#now,
      });
      return { session, envelope };
    }, signal);
  }

  async #send({ session, envelope }: SignedCall, { signal, record }: InvokeOptions): Promise<unknown> {
    const { publicKey, attestation } = session;
    const finish = record?.({ envelope, publicKey, sessionId: attestation.session_id });
    let result: unknown;
    try {
      const body = serializeEnvelope(envelope);
      const response = await this.#wire.post(this.#invokeUrl, body, { signal, hasEffect: true });
      if (!isSuccess(response)) throw readInvokeFailure(response, this.#wire.skewMs);
      result = readResult(response, this.#options.readJson ?? JSON.parse);
    } catch (error) {
      finish?.(outcomeOf(error));
      throw error;
    }
    const failure = toolFailure(result);
    finish?.(failure === undefined ? { status: 'ok' } : { status: 'failed', detail: excerpt(failure) });
    return result;
  }

  async #attestNew(): Promise<LiveSession> {
    const { securityContext, fields, bearer } = this.#options;
    const { signal } = this.#disposal;
    const request = { url: this.#attestUrl, securityContext, fields, bearer, now: this.#now, signal };
    const session = await attestNewKey(this.#wire, request);
    await this.#posting?.introduce(session);
    return session;
  }

  #makePosting(): SessionPosting | undefined {
    const { url, securityContext, operatorBearer: bearer } = this.#options;
    if (!this.#isGateway || bearer === undefined) return undefined;
    return new SessionPosting(this.#wire, {
      url: joinUrl(url, '/v1/seal/sessions'),
      securityContext,
      bearer,
    });
  }

  /** Sessions that were attested before are as unknown to the gateway as the one that it refused. */
  #learn(refusal: SealError): boolean {
    const hasLearnt = refusal.code === 'session_inactive' && this.#posting?.learn() === true;
    if (hasLearnt) this.#source.clear();
    return hasLearnt;
  }

  #isOfNoUse(error: unknown): error is SealError {
    if (!(error instanceof SealError) || error.mayHaveRun || !OF_NO_USE.has(error.code)) return false;
    return this.#isGateway || error.status === 400;
  }
}

/** Answers for a token that the server does not know, or no longer; it looks before it looks for any tool. */
const OF_NO_USE: ReadonlySet<SealErrorCode> = new Set(['session_inactive', 'session_expired']);
