/** SEAL for one connection: session, gate and journal, made when the first sensitive call needs them. */
import type { ProxySettings } from '../client/dispatcher.js';
import { isSource } from '../client/source.js';
import type { HttpClient, TokenSource, WireRequest } from '../client/types.js';
import { withQuery } from '../client/url.js';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { SealError } from '../seal/errors.js';
import type { CallIdentity, SealGate } from '../seal/gate.js';
import type { Journal } from '../seal/journal.js';
import type { CallQuery, RecordedCall } from '../seal/journal-read.js';
import { Ed25519Key } from '../seal/keys.js';
import type { SealToolCall } from '../seal/policy.js';
import type { RestRequest } from '../seal/receipt.js';
import type { Carried, SealInvokeOptions, SensitiveCall, ServerName } from '../tools/context.js';
import { USER_AGENT } from '../version.js';
import { type Actor, ownerOf, readActor, type SealIdentity, sealIdentity } from './identity.js';
import { journalPath, openJournal } from './journal-path.js';
import { readReceipts } from './receipts.js';
import {
  classifyOutcome,
  isOfChangedCaller,
  isRefusedCredential,
  refusedCredential,
  toAegisError,
} from './seal-errors.js';
import { type GatewayServer, PATIENCE_MS, SealGates } from './seal-gates.js';
import { SealSender } from './seal-send.js';

export interface SealAccessOptions {
  readonly config: Config;
  readonly url: string;
  readonly http: HttpClient;
  readonly tokens: TokenSource | undefined;
  readonly proxy: ProxySettings | undefined;
  /** Undefined where no SEAL gateway is configured. */
  readonly gateway?: GatewayServer | undefined;
}

/** What all callers share. */
interface Opened {
  readonly journal: Journal;
  readonly sender: SealSender;
  readonly receiptKey: Ed25519Key;
}

/** What belongs to one caller: a session must not outlive the identity that attested it. */
interface Owned {
  readonly owner: string;
  readonly gates: SealGates;
}

/** One call, as the gate and its receipt know it. */
interface Act {
  readonly tool: string;
  readonly server: ServerName;
  readonly signal: AbortSignal;
}

/** Carries sensitive calls; see {@link SealGate} for the policy. */
export class SealAccess {
  readonly #options: SealAccessOptions;
  #opened: Promise<Opened> | undefined;
  #owned: Owned | undefined;

  constructor(options: SealAccessOptions) {
    this.#options = options;
  }

  /** Where receipts are written. */
  get journalPath(): string {
    return journalPath(this.#options.config);
  }

  /** The caller as the token says, and the security context that goes with it. */
  async identity(signal: AbortSignal): Promise<{ actor: Actor; seal: SealIdentity | undefined }> {
    const token = await this.#options.tokens?.token(signal);
    const actor = readActor(token);
    return { actor, seal: token === undefined ? undefined : sealIdentity(actor, this.#options.config) };
  }

  async carry<R>(
    call: SensitiveCall,
    send: () => Promise<R>,
    signal: AbortSignal,
    onReceipt?: (id: string) => void,
  ): Promise<Carried<R>> {
    const { tool, seal, request } = call;
    const rest = restOf(request);
    return await this.#act({ tool, server: 'orchestrator', signal }, (gate, identity) =>
      gate.carry({ ...identity, seal, rest }, send, { signal, onReceipt, classify: classifyOutcome }),
    );
  }

  async invoke(
    call: SealToolCall,
    { as = 'invoke_seal', server = 'orchestrator' }: SealInvokeOptions | undefined = {},
    signal: AbortSignal,
    onReceipt?: (id: string) => void,
  ): Promise<unknown> {
    return await this.#act({ tool: as, server, signal }, async (gate, identity) => {
      const { result } = await gate.invoke(identity, call, { signal, onReceipt });
      return result;
    });
  }

  /** Whether the caller's security context lists this tool of the orchestrator, where SEAL is on. */
  async lists(tool: string, signal: AbortSignal): Promise<boolean> {
    return await this.#act({ tool, server: 'orchestrator', signal }, (gate) => gate.lists(tool));
  }

  /**
   * Acts as the caller. A credential that the attestation refused is renewed once, as REST does, and a call that has
   * become somebody else's before it was signed is made as that caller: nothing ran.
   */
  async #act<T>(
    { tool, server, signal }: Act,
    work: (gate: SealGate, identity: CallIdentity) => Promise<T>,
  ): Promise<T> {
    const opened = await this.#open();
    const attempt = async (credential: string | undefined): Promise<T> => {
      const actor = readActor(credential);
      const gate = this.#ownedBy(actor, credential, opened).gates.of(server);
      return await work(gate, { tool, actor: actor.name, tenant: this.#tenant(actor) });
    };
    const { tokens } = this.#options;
    const token = await tokens?.token(signal);
    try {
      return await attempt(token).catch(async (error) => {
        if (isOfChangedCaller(error)) return await attempt(await tokens?.token(signal));
        const fresh = isRefusedCredential(error) && token && (await tokens?.renew(token, signal));
        if (!fresh || fresh === token) throw error;
        return await attempt(fresh);
      });
    } catch (error) {
      throw isRefusedCredential(error) ? refusedCredential(error, token, tokens) : toAegisError(error);
    }
  }

  /** Calls on record that were made as the caller. */
  async receipts(query: Omit<CallQuery, 'actor'>, signal: AbortSignal): Promise<RecordedCall[]> {
    const { journal } = await this.#open();
    return readReceipts(journal, query, await this.#options.tokens?.token(signal));
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#owned?.gates.dispose();
    opened?.receiptKey.erase();
    opened?.journal.close();
    await opened?.sender.close();
  }

  #tenant(actor: Actor): string | undefined {
    return this.#options.config.tenant ?? actor.tenant;
  }

  /** Not bound to the signal of any caller, for others wait too. A failure is not kept: the next call tries again. */
  #open(): Promise<Opened> {
    this.#opened ??= this.#make().catch((error) => {
      this.#opened = undefined;
      throw toAegisError(error);
    });
    return this.#opened;
  }

  async #make(): Promise<Opened> {
    const journal = await openJournal(this.#options.config);
    return { journal, sender: this.#createSender(), receiptKey: Ed25519Key.generate() };
  }

  /** The gate of the caller, new when the credential has become that of somebody else (a token file can). */
  #ownedBy(actor: Actor, token: string | undefined, opened: Opened): Owned {
    const seal = this.#sealOf(actor);
    const owner = ownerOf(actor, token, seal);
    if (this.#owned?.owner === owner) return this.#owned;
    this.#owned?.gates.dispose();
    this.#owned = { owner, gates: this.#makeGates(seal, owner, opened) };
    return this.#owned;
  }

  #sealOf(actor: Actor): SealIdentity | undefined {
    return actor.kind === 'anonymous' ? undefined : sealIdentity(actor, this.#options.config);
  }

  #makeGates(
    seal: SealIdentity | undefined,
    owner: string,
    { journal, sender, receiptKey }: Opened,
  ): SealGates {
    const { config, url, http, gateway } = this.#options;
    const { send } = sender;
    const bearer = () => this.#bearerOf(owner);
    return new SealGates(seal, { config, url, http, bearer, gateway, send, journal, receiptKey });
  }

  /** The fields of an attestation are those of its owner: with another's credential it would mix two callers. */
  async #bearerOf(owner: string): Promise<string | undefined> {
    const token = await this.#options.tokens?.token(AbortSignal.timeout(PATIENCE_MS));
    const actor = readActor(token);
    if (ownerOf(actor, token, this.#sealOf(actor)) === owner) return token;
    throw new SealError('not_attested', 'The credential has become that of another caller.');
  }

  #createSender(): SealSender {
    const { config, proxy } = this.#options;
    return new SealSender({
      timeoutMs: config.requestTimeoutSecs * 1000,
      maxBytes: config.maxResponseBytes,
      userAgent: USER_AGENT,
      proxy,
    });
  }
}

/** A receipt names the path as it was sent, with the query. */
function restOf({ method, path, query, body }: WireRequest): RestRequest {
  const data = body?.data;
  // A receipt holds the digest of the body, which is not known before a streamed one is sent.
  if (isSource(data)) throw new AegisError('internal', 'A sensitive call cannot have a streamed body.');
  return { method, path: withQuery(path, query), ...(data !== undefined && { body: data }) };
}
