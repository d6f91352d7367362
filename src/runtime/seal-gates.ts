/** The gates of one caller: sensitive calls at the orchestrator, and tool calls at the SEAL gateway. */
import { parseJson } from '../client/json.js';
import { isObject } from '../client/json-object.js';
import { redactSecrets } from '../client/server-text.js';
import type { HttpClient, TokenSource } from '../client/types.js';
import type { Config } from '../config.js';
import { AegisError } from '../errors.js';
import { SealError } from '../seal/errors.js';
import { SealGate, type SealGateOptions } from '../seal/gate.js';
import type { Journal } from '../seal/journal.js';
import type { Ed25519Key } from '../seal/keys.js';
import { SealSession } from '../seal/session.js';
import type { SealSend } from '../seal/transport.js';
import type { ServerName } from '../tools/context.js';
import type { SealIdentity } from './identity.js';
import { noGateway } from './no-gateway.js';
import { readSealTools } from './tool-lists.js';

/** The SEAL gateway as calls reach it. */
export interface GatewayServer {
  readonly url: string;
  /** An operator's credential: makes sessions known that the orchestrator does not push. */
  readonly tokens: TokenSource;
}

/** What all callers of one process share. */
export interface GateParts {
  readonly config: Pick<Config, 'seal' | 'sealTools' | 'securityContext'>;
  readonly url: string;
  readonly http: HttpClient;
  /** The credential of this caller; rejects when it has become another's. */
  readonly bearer: () => Promise<string | undefined>;
  readonly gateway: GatewayServer | undefined;
  readonly send: SealSend;
  readonly journal: Journal;
  readonly receiptKey: Ed25519Key;
}

/** Time for a token or the catalogue where several calls wait for it, milliseconds. */
export const PATIENCE_MS = 30_000;

export class SealGates {
  readonly #seal: SealIdentity | undefined;
  readonly #parts: GateParts;
  readonly #sessions: SealSession[] = [];
  readonly #orchestrator: SealGate;
  #gateway: SealGate | undefined;
  #isDisposed = false;

  /** @param seal undefined for a caller whose security context cannot be told: then nothing is signed. */
  constructor(seal: SealIdentity | undefined, parts: GateParts) {
    this.#seal = seal;
    this.#parts = parts;
    this.#orchestrator = this.#makeOrchestrator();
  }

  /** @throws AegisError `not_configured` for a gateway without an address. */
  of(server: ServerName): SealGate {
    if (server === 'orchestrator') return this.#orchestrator;
    this.#gateway ??= this.#makeGateway(this.#parts.gateway ?? noGateway());
    return this.#gateway;
  }

  /** Zeroes the keys of every session, and no key is attested any more. */
  dispose(): void {
    this.#isDisposed = true;
    for (const session of this.#sessions) session.dispose();
  }

  #makeOrchestrator(): SealGate {
    const seal = this.#seal;
    if (seal === undefined) return this.#gate({});
    const session = this.#session(seal, {});
    return this.#gate({ session, catalogue: () => this.#names(seal.securityContext) });
  }

  #makeGateway({ url, tokens }: GatewayServer): SealGate {
    if (this.#seal === undefined) return this.#gate({});
    const operatorBearer = async () => await tokens.token(AbortSignal.timeout(PATIENCE_MS));
    const target = { url, attestUrl: this.#parts.url, target: 'gateway', operatorBearer } as const;
    return this.#gate({ session: this.#session(this.#seal, target) });
  }

  #gate(carriers: Pick<SealGateOptions, 'session' | 'catalogue'>): SealGate {
    const { config, journal, receiptKey } = this.#parts;
    const overrides = config.sealTools;
    return new SealGate({
      mode: config.seal,
      ...(overrides !== undefined && { overrides }),
      ...carriers,
      journal: withoutSecrets(journal),
      receiptKey,
    });
  }

  #session(
    { securityContext, fields }: SealIdentity,
    target: Partial<ConstructorParameters<typeof SealSession>[0]>,
  ): SealSession {
    const { url, send } = this.#parts;
    const bearer = () => this.#bearer();
    const session = new SealSession({
      url,
      securityContext,
      fields,
      bearer,
      send,
      readJson: parseJson,
      ...target,
    });
    this.#sessions.push(session);
    return session;
  }

  async #bearer(): Promise<string | undefined> {
    const token = await this.#parts.bearer();
    if (this.#isDisposed) throw new SealError('not_attested', 'The session has been disposed of.');
    return token;
  }

  /** Names that the security context lists. */
  async #names(securityContext: string): Promise<ReadonlySet<string>> {
    const { http } = this.#parts;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const list = await readSealTools(http, securityContext, { signal }).catch((error) => {
      this.#allowWithoutSeal(AegisError.from(error));
      return undefined;
    });
    return new Set(list?.tools.map((tool) => String(isObject(tool) ? tool.name : '')));
  }

  /**
   * A server without SEAL has no such route; one that does not know the context answers 500 and says so (D52). Either
   * lists nothing, but a context that somebody has configured must not be missing in silence.
   */
  #allowWithoutSeal(error: AegisError): void {
    const { securityContext } = this.#parts.config;
    const isUnknownContext = error.code === 'server_error' && /configuration error/i.test(error.message);
    if (error.code !== 'no_such_route' && !isUnknownContext) throw error;
    if (!isUnknownContext || securityContext === undefined) return;
    throw new AegisError(
      'invalid_configuration',
      `The server does not know the context ${securityContext}.`,
      {
        next: 'Correct --security-context (AEGIS_SECURITY_CONTEXT), or leave it out for the one that goes with the identity.',
        cause: error,
      },
    );
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
