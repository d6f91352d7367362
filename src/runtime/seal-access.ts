/** SEAL for one connection: session, gate and journal, made when the first sensitive call needs them. */
import { dirname } from 'node:path';
import type { ProxySettings } from '../client/dispatcher.js';
import { errorIn200 } from '../client/error-body.js';
import { parseJson } from '../client/json.js';
import { isObject } from '../client/json-object.js';
import { redactSecrets } from '../client/server-text.js';
import { isSource } from '../client/source.js';
import type { HttpClient, TokenSource, WireRequest } from '../client/types.js';
import { withQuery } from '../client/url.js';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { type CallIdentity, SealGate, type SealToolCall } from '../seal/gate.js';
import { Journal } from '../seal/journal.js';
import { Ed25519Key } from '../seal/keys.js';
import { hash, type RestRequest } from '../seal/receipt.js';
import { SealSession } from '../seal/session.js';
import type { Carried, SealInvokeOptions, SensitiveCall } from '../tools/context.js';
import { USER_AGENT } from '../version.js';
import { type Actor, readActor, type SealIdentity, sealIdentity } from './identity.js';
import { journalPath } from './journal-path.js';
import { makeFolder } from './make-folder.js';
import { classifyOutcome, isRefusedCredential, refusedCredential, toAegisError } from './seal-errors.js';
import { SealSender } from './seal-send.js';

export interface SealAccessOptions {
  readonly config: Config;
  readonly url: string;
  readonly http: HttpClient;
  readonly tokens: TokenSource | undefined;
  readonly proxy: ProxySettings | undefined;
}

/** Time for a token or the catalogue where several calls wait for it, milliseconds. */
const PATIENCE_MS = 30_000;

/** What all callers share. */
interface Opened {
  readonly journal: Journal;
  readonly sender: SealSender;
  readonly receiptKey: Ed25519Key;
}

/** What belongs to one caller: a session must not outlive the identity that attested it. */
interface Owned {
  readonly owner: string;
  readonly gate: SealGate;
  readonly session: SealSession | undefined;
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

  async carry<R>(call: SensitiveCall, send: () => Promise<R>, signal: AbortSignal): Promise<Carried<R>> {
    const { tool, seal, request } = call;
    const rest = restOf(request);
    return await this.#act(tool, signal, (gate, identity) =>
      gate.carry({ ...identity, seal, rest }, send, { signal, classify: classifyOutcome }),
    );
  }

  async invoke(
    call: SealToolCall,
    { as = 'invoke_seal' }: SealInvokeOptions | undefined = {},
    signal: AbortSignal,
  ): Promise<unknown> {
    return await this.#act(as, signal, async (gate, identity) => {
      const { result } = await gate.invoke(identity, call, signal);
      return result;
    });
  }

  /** Acts as the caller. A credential that the attestation refused is renewed once, as REST does: nothing ran. */
  async #act<T>(
    tool: string,
    signal: AbortSignal,
    work: (gate: SealGate, identity: CallIdentity) => Promise<T>,
  ): Promise<T> {
    const opened = await this.#open();
    const attempt = async (credential: string | undefined): Promise<T> => {
      const actor = readActor(credential);
      const { gate } = this.#ownedBy(actor, credential, opened);
      return await work(gate, { tool, actor: actor.name, tenant: this.#tenant(actor) });
    };
    const { tokens } = this.#options;
    const token = await tokens?.token(signal);
    try {
      return await attempt(token).catch(async (error) => {
        const fresh = isRefusedCredential(error) && token && (await tokens?.renew(token, signal));
        if (!fresh || fresh === token) throw error;
        return await attempt(fresh);
      });
    } catch (error) {
      throw isRefusedCredential(error) ? refusedCredential(error, token, tokens) : toAegisError(error);
    }
  }

  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => undefined);
    this.#owned?.session?.dispose();
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
    const journal = await openJournal(this.journalPath);
    return { journal, sender: this.#createSender(), receiptKey: Ed25519Key.generate() };
  }

  /** The gate of the caller, new when the credential has become that of somebody else (a token file can). */
  #ownedBy(actor: Actor, token: string | undefined, opened: Opened): Owned {
    const seal = actor.kind === 'anonymous' ? undefined : sealIdentity(actor, this.#options.config);
    // A token that says nothing readable is an identity of its own.
    const said = actor.claims === undefined ? hash(token ?? '') : [actor.claims.iss, actor.claims.sub];
    const owner = JSON.stringify([actor.kind, actor.name, said, seal]);
    if (this.#owned?.owner === owner) return this.#owned;
    this.#owned?.session?.dispose();
    this.#owned = { owner, ...this.#makeGate(seal, opened) };
    return this.#owned;
  }

  #makeGate(seal: SealIdentity | undefined, opened: Opened): Omit<Owned, 'owner'> {
    const { sender, receiptKey } = opened;
    const session = seal && this.#createSession(seal, sender);
    const catalogue = seal && (() => this.#catalogue(seal.securityContext));
    const carriers = { ...(session && { session }), ...(catalogue && { catalogue }) };
    const journal = withoutSecrets(opened.journal);
    const { seal: mode } = this.#options.config;
    return { gate: new SealGate({ mode, ...carriers, journal, receiptKey }), session };
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

  #createSession({ securityContext, fields }: SealIdentity, { send }: SealSender): SealSession {
    const { url, tokens } = this.#options;
    const bearer = async () => await tokens?.token(AbortSignal.timeout(PATIENCE_MS));
    return new SealSession({ url, securityContext, fields, bearer, send });
  }

  /** Names that the security context lists (operation listSealTools). */
  async #catalogue(securityContext: string): Promise<ReadonlySet<string>> {
    const query: [string, string][] = [['security_context', securityContext]];
    const request = { method: 'GET', path: '/v1/seal/tools', query, auth: 'none' } as const;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await this.#options.http.send(request, { signal }).catch(withoutSeal);
    if (answer === undefined) return new Set();
    const { bytes } = answer;
    const body = parseJson(new TextDecoder().decode(bytes));
    const tools = isObject(body) && errorIn200(body) === undefined ? body.tools : undefined;
    if (!Array.isArray(tools)) throw new AegisError('bad_response', 'The list of SEAL tools cannot be read.');
    return new Set(tools.map((tool: unknown) => String(isObject(tool) ? tool.name : '')));
  }
}

/** A server without SEAL has no such route, and one that does not know the context answers 500 (D52). */
function withoutSeal(error: unknown): undefined {
  const { code } = AegisError.from(error);
  if (code !== 'no_such_route' && code !== 'server_error') throw error;
}

/** Opens the journal in its folder, which is made readable by its owner only. */
async function openJournal(path: string): Promise<Journal> {
  try {
    if (path !== ':memory:') makeFolder(dirname(path), 0o700);
    return await Journal.open(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('invalid_configuration', `Sensitive calls need a journal at ${path}: ${why}.`, {
      next: 'Give a file that can be written with --journal (AEGIS_JOURNAL), then restart.',
      cause,
    });
  }
}

/** The journal, but outcomes told by a server are kept without the secrets in them. */
function withoutSecrets(journal: Journal): Pick<Journal, 'begin' | 'finish'> {
  return {
    begin: (receipt) => journal.begin(receipt),
    finish: ({ detail, ...rest }) =>
      journal.finish({ ...rest, ...(detail !== undefined && { detail: redactSecrets(detail) }) }),
  };
}

/** A receipt names the path as it was sent, with the query. */
function restOf({ method, path, query, body }: WireRequest): RestRequest {
  const data = body?.data;
  // A receipt holds the digest of the body, which is not known before a streamed one is sent.
  if (isSource(data)) throw new AegisError('internal', 'A sensitive call cannot have a streamed body.');
  return { method, path: withQuery(path, query), ...(data !== undefined && { body: data }) };
}
