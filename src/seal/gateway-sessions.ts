/** Making a session known to the gateway (operation gatewayUpsertSealSession, `POST /v1/seal/sessions`). */
import type { LiveSession } from './attestation.js';
import { parseJson } from './decode.js';
import { isRecord } from './envelope.js';
import { messageOf, SealError } from './errors.js';
import { readRegistrationFailure } from './refusals.js';
import { isSuccess, type SealWire } from './transport.js';

export interface GatewayOperator {
  /** `{gateway}/v1/seal/sessions`. */
  readonly url: string;
  readonly securityContext: string;
  /** A token with an operator's role at the gateway. */
  readonly bearer: () => Promise<string | undefined>;
}

const TIMEOUT_MS = 30_000;

/** Posts sessions once it is known that the gateway learns of them from here alone. */
export class SessionPosting {
  readonly #wire: SealWire;
  readonly #operator: GatewayOperator;
  #isNeeded = false;
  #failure: unknown;

  constructor(wire: SealWire, operator: GatewayOperator) {
    this.#wire = wire;
    this.#operator = operator;
  }

  /** Posts a session where that is needed. A refusal is kept, for the gateway may know the session all the same. */
  async introduce(session: LiveSession): Promise<void> {
    if (!this.#isNeeded) return;
    try {
      await postGatewaySession(this.#wire, this.#operator, session);
    } catch (error) {
      this.#isNeeded = false;
      this.#failure = error;
    }
  }

  /** The gateway did not know a session: later ones are posted. False where that was known already. */
  learn(): boolean {
    if (this.#isNeeded) return false;
    this.#isNeeded = true;
    this.#failure = undefined;
    return true;
  }

  /** It answered the same for the next session: why that was not posted, undefined when it was. */
  unlearn(): unknown {
    this.#isNeeded = false;
    return this.#failure;
  }
}

/**
 * Registers the session of an attestation, as the orchestrator does where it reaches the gateway. The gateway
 * stores one session for each execution; which tools it allows is left to the security context.
 *
 * @throws SealError of the refusal, or of a credential that cannot be had; `bad_response` for a token that names no
 *   execution.
 */
export async function postGatewaySession(
  wire: SealWire,
  operator: GatewayOperator,
  session: LiveSession,
): Promise<void> {
  const { security_token, expires_at } = session.attestation;
  const body = {
    ...readExecution(security_token),
    security_context: operator.securityContext,
    public_key_b64: session.publicKey,
    security_token,
    expires_at,
  };
  const token = await readBearer(operator);
  const response = await wire.post(operator.url, JSON.stringify(body), {
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    hasEffect: false,
  });
  if (!isSuccess(response)) throw readRegistrationFailure(response);
}

async function readBearer({ bearer }: GatewayOperator): Promise<string | undefined> {
  try {
    return await bearer();
  } catch (cause) {
    const text = messageOf(cause);
    throw new SealError('attestation_failed', `No operator token for the gateway: ${text}`, {
      next: "Correct the operator's credential for the gateway.",
      cause,
    });
  }
}

/** Execution and agent as the token names them. Its signature is the gateway's to check. */
function readExecution(token: string): { execution_id: string; agent_id: string } {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const { exec_id, sub } = isRecord(claims) ? claims : {};
  if (typeof exec_id === 'string' && typeof sub === 'string') return { execution_id: exec_id, agent_id: sub };
  throw new SealError('bad_response', 'The security token names no execution that the gateway could know.');
}
