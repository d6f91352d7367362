/** The gate of sensitive calls: SEAL or REST by policy, and a receipt for either. */
import { randomUUID } from 'node:crypto';
import { messageOf, SealError } from './errors.js';
import type { Journal } from './journal.js';
import type { Ed25519Key } from './keys.js';
import type { SealOutcome, SealRecorder } from './outcome.js';
import { SealPolicy, type SealPolicyOptions, type SealToolCall, withoutSession } from './policy.js';
import { type Receipt, type RestRequest, signRestStatement } from './receipt.js';

export interface SealGateOptions extends SealPolicyOptions {
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

/** A sensitive call in both its forms. */
export interface SensitiveCall extends CallIdentity {
  /** Absent where no SEAL tool does the same. */
  readonly seal?: SealToolCall | undefined;
  readonly rest: RestRequest;
}

export interface InvokeSealOptions {
  readonly signal?: AbortSignal;
  /** Told of every receipt of the call, before it is sent. */
  readonly onReceipt?: ((id: string) => void) | undefined;
}

export interface CarryOptions extends InvokeSealOptions {
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
  readonly #policy: SealPolicy;
  readonly #now: () => number;

  constructor(options: SealGateOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#policy = new SealPolicy(options, this.#now);
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
    const seal = await this.#policy.choose(call.tool, call.seal);
    if (seal === undefined) return await this.#carryRest(call, sendRest, options);
    try {
      return { via: 'seal', ...(await this.invoke(call, seal, options)) };
    } catch (error) {
      if (this.#policy.modeOf(call.tool) === 'required' || !isUnattestable(error)) throw error;
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
    { signal, onReceipt }: InvokeSealOptions = {},
  ): Promise<{ readonly result: unknown; readonly receipt: string }> {
    const { session } = this.#options;
    if (session === undefined) throw withoutSession(identity.tool);
    let receipt = '';
    const record: SealRecorder = ({ envelope, publicKey, sessionId }) => {
      receipt = randomUUID();
      const signed = { envelope, public_key: publicKey, session_id: sessionId ?? null };
      const finish = this.#begin(identity, receipt, { via: 'seal', ...signed });
      onReceipt?.(receipt);
      return finish;
    };
    try {
      const result = await session.invoke(seal.tool, seal.arguments, { ...(signal && { signal }), record });
      return { result, receipt };
    } catch (error) {
      throw await this.#policy.explained(error, seal.tool, session);
    }
  }

  /** Whether a call of this tool would be signed and is listed for it; false when the list cannot be read. */
  async lists(tool: string): Promise<boolean> {
    return await this.#policy.lists(tool);
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
    options.onReceipt?.(receipt);
    let response: R;
    try {
      response = await sendRest();
    } catch (error) {
      const detail = messageOf(error);
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
