/** The gate of sensitive calls: SEAL or REST by policy, and a receipt for either. */
import { randomUUID } from 'node:crypto';
import { CachedCatalogue } from './catalogue.js';
import { explainDenial, isDenial } from './denial.js';
import { SealError, type SealErrorOptions } from './errors.js';
import type { Journal } from './journal.js';
import type { Ed25519Key } from './keys.js';
import type { SealOutcome, SealRecorder } from './outcome.js';
import { type Receipt, type RestRequest, signRestStatement } from './receipt.js';
import type { SealSession } from './session.js';

/**
 * `auto`: SEAL when the security context lists the call's SEAL tool, REST when it does not. `required`: SEAL or an error.
 * `off`: REST.
 */
export type SealMode = 'auto' | 'required' | 'off';

export interface SealGateOptions {
  readonly mode: SealMode;
  /** Modes of single tools, by the name their caller knows. */
  readonly overrides?: ReadonlyMap<string, SealMode>;
  /** Absent where SEAL is not configured. */
  readonly session?: SealSession;
  /** Names of the SEAL tools listed for the session's security context; asked at most once a minute. */
  readonly catalogue?: () => Promise<ReadonlySet<string>>;
  /** Where receipts go: a {@link Journal}. */
  readonly journal: Pick<Journal, 'begin' | 'finish'>;
  /**
   * Signs the receipts of REST calls. A key that outlives the process, and whose public half is known elsewhere,
   * makes them proof of origin; a key generated at start ties together the receipts of one run.
   */
  readonly receiptKey: Ed25519Key;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
}

/** Who acts, and by which tool, as the receipt says it. */
export interface CallIdentity {
  readonly tool: string;
  readonly actor: string;
  readonly tenant?: string | undefined;
}

export interface SealToolCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A sensitive call in both its forms. */
export interface SensitiveCall extends CallIdentity {
  /** Absent where no SEAL tool does the same. */
  readonly seal?: SealToolCall | undefined;
  readonly rest: RestRequest;
}

export interface CarryOptions {
  readonly signal?: AbortSignal;
  /** The outcome of a REST call that was rejected. Default: `unknown`. */
  readonly classify?: (error: unknown) => 'failed' | 'denied' | 'unknown';
}

/** How a call was carried, with its answer and the id of its receipt. */
export type CarriedCall<R> =
  | { readonly via: 'seal'; readonly result: unknown; readonly receipt: string }
  | { readonly via: 'rest'; readonly response: R; readonly receipt: string };

/** Carries the sensitive calls of one identity. */
export class SealGate {
  readonly #options: SealGateOptions;
  readonly #catalogue: CachedCatalogue | undefined;
  readonly #now: () => number;

  constructor(options: SealGateOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#catalogue = options.catalogue && new CachedCatalogue(options.catalogue, this.#now);
  }

  /**
   * Carries a call by the way that policy says and resolves with its receipt complete.
   *
   * A call that SEAL refused is never carried over REST; only a server without attestation is (`auto`).
   *
   * @param sendRest performs the REST request; called at most once, and its rejection is passed on.
   * @throws SealError of the SEAL call; `seal_required`; `journal_failed`.
   */
  async carry<R>(
    call: SensitiveCall,
    sendRest: () => Promise<R>,
    options: CarryOptions = {},
  ): Promise<CarriedCall<R>> {
    const seal = await this.#chooseSeal(call);
    if (seal === undefined) return await this.#carryRest(call, sendRest, options);
    try {
      return { via: 'seal', ...(await this.invoke(call, seal, options.signal)) };
    } catch (error) {
      if (this.#modeOf(call) === 'required' || !isUnattestable(error)) throw error;
      return await this.#carryRest(call, sendRest, options);
    }
  }

  /**
   * Carries a call over SEAL whatever the mode: for callers who asked for SEAL by name.
   *
   * @throws SealError of the call; `seal_required` when no session is configured; `journal_failed`.
   */
  async invoke(
    identity: CallIdentity,
    seal: SealToolCall,
    signal?: AbortSignal,
  ): Promise<{ readonly result: unknown; readonly receipt: string }> {
    const { session } = this.#options;
    if (session === undefined) throw withoutSession(identity.tool);
    let receipt = '';
    const record: SealRecorder = ({ envelope, publicKey, sessionId }) => {
      receipt = randomUUID();
      return this.#begin(identity, receipt, {
        via: 'seal',
        envelope,
        public_key: publicKey,
        session_id: sessionId ?? null,
      });
    };
    try {
      const result = await session.invoke(seal.tool, seal.arguments, { ...(signal && { signal }), record });
      return { result, receipt };
    } catch (error) {
      throw await this.#explained(error, seal.tool, session);
    }
  }

  /** Whether a call of this tool would be signed and is listed for it; false when the list cannot be read. */
  async lists(tool: string): Promise<boolean> {
    const { mode, session } = this.#options;
    if (mode === 'off' || session === undefined) return false;
    const listed = await this.#catalogue?.read().catch(() => undefined);
    return listed?.has(tool) ?? false;
  }

  /** A denial is final; why it was made is told from the list of the context, where that can be read. */
  async #explained(error: unknown, tool: string, session: SealSession): Promise<unknown> {
    if (!isDenial(error)) return error;
    const { securityContext, target } = session;
    const listed = await this.#catalogue?.read().catch(() => undefined);
    return explainDenial(error, { tool, securityContext, target, listed });
  }

  #modeOf({ tool }: CallIdentity): SealMode {
    return this.#options.overrides?.get(tool) ?? this.#options.mode;
  }

  /** The SEAL form of the call when that is the way, undefined for REST. */
  async #chooseSeal(call: SensitiveCall): Promise<SealToolCall | undefined> {
    const { tool, seal } = call;
    const { session } = this.#options;
    const mode = this.#modeOf(call);
    if (mode === 'off') return undefined;
    if (mode === 'required') {
      if (session === undefined) throw withoutSession(tool);
      if (seal === undefined) {
        const next = `Let this one go over REST (--seal-tools ${tool}=auto), or do without it.`;
        throw required(tool, 'no SEAL tool does the same', { next });
      }
    }
    if (session === undefined || seal === undefined) return undefined;
    const isListed = await this.#isListed(call, seal);
    if (!isListed && mode === 'required') {
      throw required(tool, `the security context does not list ${seal.tool}`);
    }
    return isListed ? seal : undefined;
  }

  /** What the context allows must be known: a call that policy would deny may not slip through over REST. */
  async #isListed(call: SensitiveCall, seal: SealToolCall): Promise<boolean> {
    try {
      return (await this.#catalogue?.read())?.has(seal.tool) ?? false;
    } catch (cause) {
      const why = 'the list of SEAL tools cannot be read';
      const next = 'Try again later; where SEAL is not wanted, turn it off (--seal off).';
      if (this.#modeOf(call) === 'required') throw required(call.tool, why, { cause, next });
      throw new SealError('upstream_unavailable', `${call.tool} was not sent: ${why}.`, { cause, next });
    }
  }

  async #carryRest<R>(
    call: SensitiveCall,
    sendRest: () => Promise<R>,
    options: CarryOptions,
  ): Promise<CarriedCall<R>> {
    const { receiptKey } = this.#options;
    const receipt = randomUUID();
    const envelope = signRestStatement(receipt, call.tool, call.rest, receiptKey, this.#now());
    const public_key = receiptKey.getPublicKeyBase64();
    const finish = this.#begin(call, receipt, { via: 'rest', envelope, public_key, session_id: null });
    let response: R;
    try {
      response = await sendRest();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      finish({ status: options.classify?.(error) ?? 'unknown', detail });
      throw error;
    }
    finish({ status: 'ok' });
    return { via: 'rest', response, receipt };
  }

  #begin(
    { tool, actor, tenant }: CallIdentity,
    id: string,
    signed: Pick<Receipt, 'via' | 'envelope' | 'public_key' | 'session_id'>,
  ): (outcome: SealOutcome) => void {
    const { journal } = this.#options;
    journal.begin({ id, at: this.#timestamp(), tool, actor, tenant: tenant ?? null, ...signed });
    return (outcome) => {
      try {
        journal.finish({ id, at: this.#timestamp(), ...outcome });
      } catch (cause) {
        const message = `The call has ended (${outcome.status}), but its receipt ${id} could not be completed.`;
        throw new SealError('journal_failed', message, { cause, mayHaveRun: true });
      }
    };
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** The one refusal after which `auto` uses REST: nothing was sent, and the server does not speak SEAL. */
function isUnattestable(error: unknown): boolean {
  return error instanceof SealError && error.code === 'attest_unsupported';
}

function required(tool: string, why: string, options?: SealErrorOptions): SealError {
  return new SealError('seal_required', `${tool} must travel as SEAL, but ${why}.`, options);
}

function withoutSession(tool: string): SealError {
  return required(tool, 'no SEAL session is configured', {
    next: 'Give a credential, and the security context where the credential does not tell it (--security-context).',
  });
}
