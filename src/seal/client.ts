/** SEALClient: the published class over {@link SealSession}. */
import type { AttestationResult } from './attestation.js';
import { SealError } from './errors.js';
import { SealSession } from './session.js';
import type { SealSessionOptions } from './session-options.js';

/** What {@link SEALClient} takes beyond the published arguments; the orchestrator demands a `bearer` (D48). */
export interface SEALClientOptions
  extends Omit<SealSessionOptions, 'url' | 'securityContext' | 'bearer' | 'operatorBearer'> {
  /**
   * The credential of the attestation: a bearer token, an `aegis_` API key, or a function asked for one at each
   * attestation. Without it no Authorization is sent.
   */
  readonly bearer?: Credential | undefined;
  /** A token of an operator of the gateway: see {@link SealSessionOptions.operatorBearer}. */
  readonly operatorBearer?: Credential | undefined;
}

/** A token, or a function asked for one whenever it is needed. */
type Credential = string | (() => Promise<string | undefined>);

/** Attests a workload and calls tools: the client of the published reference. */
export class SEALClient {
  readonly #session: SealSession;

  /**
   * @param gatewayUrl base URL of the server that attests and executes.
   * @param workloadId identifier of this workload, sent as `workload_id`.
   * @param securityScope name of the security context.
   * @throws SealError `malformed` for a URL that is not http or https.
   */
  constructor(
    gatewayUrl: string,
    workloadId: string,
    securityScope: string,
    options: SEALClientOptions = {},
  ) {
    const { bearer, operatorBearer, ...rest } = options;
    this.#session = new SealSession({
      ...rest,
      ...(bearer !== undefined && { bearer: asFunction(bearer) }),
      ...(operatorBearer !== undefined && { operatorBearer: asFunction(operatorBearer) }),
      url: gatewayUrl,
      securityContext: securityScope,
      fields: { ...options.fields, workload_id: workloadId },
    });
  }

  /** Generates a key, attests it and replaces the previous one. @throws SealError of the refusal. */
  async attest(): Promise<AttestationResult> {
    return await this.#session.attest();
  }

  /**
   * Calls a tool and returns its result.
   *
   * @throws SealError `not_attested` before attest() and after dispose(), or the failure of the call.
   */
  async callTool(toolName: string, argumentsObj: Record<string, unknown>): Promise<unknown> {
    if (!this.#session.isAttested) {
      throw new SealError('not_attested', 'No security token available. Must call attest() first.');
    }
    return await this.#session.invoke(toolName, argumentsObj);
  }

  /** Zeroes the private key. May be called again. */
  dispose(): void {
    this.#session.dispose();
  }
}

function asFunction(credential: Credential): () => Promise<string | undefined> {
  return typeof credential === 'string' ? async () => credential : credential;
}
