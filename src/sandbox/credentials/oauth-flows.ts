/** OAuth authorization-code flows with PKCE and device flows (operations oauthInitiate, oauthCallback, devicePoll). */
import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../kernel.js';
import { openVault, type Vault } from '../vault.js';
import {
  authorizationUrl,
  codeChallenge,
  issueTokens,
  OAUTH_MILLISECONDS,
  type OAuthProviders,
  sha256,
} from './oauth-provider.js';
import type { Credentials, Owner } from './service.js';

/** The device code that the user has approved already. */
const APPROVED = 'sandbox-approved';

const SCHEMA = `
create table if not exists oauth_flows (
  hash text primary key, binding_id text not null, provider text not null, redirect_uri text not null,
  verifier blob not null, started_at integer not null
)`;

interface FlowRow {
  readonly hash: string;
  readonly binding_id: string;
  readonly provider: string;
  readonly redirect_uri: string;
  readonly verifier: Uint8Array;
  readonly started_at: number;
}

/** Why a flow ends without a credential. */
export type FlowFault = 'no_provider' | 'redirect_refused' | 'unknown_state' | 'code_refused' | 'no_binding';

/** A flow begun: where to send the user, and until when (RFC 3339) the answer is taken. */
export interface Initiation {
  readonly authorization_url: string;
  readonly state: string;
  readonly expires_at: string;
}

/** What flows work with. */
export interface FlowParts {
  readonly context: SandboxContext;
  readonly credentials: Credentials;
  readonly providers: OAuthProviders;
  /** The sandbox's own base URL, known once it listens. */
  readonly address: () => string;
}

export class OAuthFlows {
  readonly #parts: FlowParts;
  readonly #vault: Vault;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#vault = openVault(parts.context);
    parts.context.store.exec(SCHEMA);
  }

  /** Leaves a pending binding, which stays until it is revoked when the flow is not finished. */
  initiate(owner: Owner, provider: string, redirectUri: string): Initiation | FlowFault {
    if (!this.#parts.providers.isConfigured(provider)) return 'no_provider';
    if (!this.#parts.providers.allows(redirectUri)) return 'redirect_refused';
    const label = `${provider} OAuth`;
    const pending = { type: 'oauth2', provider, label, status: 'pending_oauth' } as const;
    const { id } = this.#parts.credentials.add(owner, pending);
    const [state, verifier] = [randomBytes(32).toString('hex'), randomBytes(32).toString('base64url')];
    const startedAt = this.#parts.context.clock.now().getTime();
    this.#insert({ state, verifier, bindingId: id, provider, redirectUri, startedAt });
    const challenge = codeChallenge(verifier);
    return {
      authorization_url: authorizationUrl(
        this.#parts.address(),
        { provider, redirectUri },
        { state, challenge },
      ),
      state,
      expires_at: new Date(startedAt + OAUTH_MILLISECONDS).toISOString(),
    };
  }

  /** The binding that is active now. The state is used up, whatever follows. */
  finish(state: string, code: string): { readonly bindingId: string } | FlowFault {
    const flow = this.#take(state);
    if (flow === undefined) return 'unknown_state';
    const { provider, redirect_uri: redirectUri, binding_id: bindingId } = flow;
    const verifier = this.#vault.open(`oauth flow ${flow.hash}`, flow.verifier);
    const tokens = this.#parts.providers.redeem(code, { provider, redirectUri }, verifier);
    if (tokens === undefined) return 'code_refused';
    return this.#parts.credentials.complete(bindingId, tokens) ? { bindingId } : 'no_binding';
  }

  /** Nothing starts a device flow, so only the reserved code completes; each time it makes a binding. */
  poll(owner: Owner, deviceCode: string, provider: string): { readonly bindingId: string } | undefined {
    if (deviceCode !== APPROVED) return undefined;
    const given = { type: 'oauth2', provider, label: `${provider} device flow` } as const;
    const { id: bindingId } = this.#parts.credentials.add(owner, given);
    this.#parts.credentials.complete(bindingId, issueTokens(provider));
    return { bindingId };
  }

  /** Whether the text is the state of a flow under way. */
  isState(state: string): boolean {
    return this.#find(state) !== undefined;
  }

  #insert(flow: {
    readonly state: string;
    readonly verifier: string;
    readonly bindingId: string;
    readonly provider: string;
    readonly redirectUri: string;
    readonly startedAt: number;
  }): void {
    const hash = sha256(flow.state);
    this.#parts.context.store.run(
      `insert into oauth_flows (hash, binding_id, provider, redirect_uri, verifier, started_at)
       values (?, ?, ?, ?, ?, ?)`,
      ...[hash, flow.bindingId, flow.provider, flow.redirectUri],
      ...[this.#vault.seal(`oauth flow ${hash}`, flow.verifier), flow.startedAt],
    );
  }

  #take(state: string): FlowRow | undefined {
    const flow = this.#find(state);
    this.#parts.context.store.run('delete from oauth_flows where hash = ?', sha256(state));
    return flow;
  }

  #find(state: string): FlowRow | undefined {
    const oldest = this.#parts.context.clock.now().getTime() - OAUTH_MILLISECONDS;
    const where = 'hash = ? and started_at >= ?';
    return this.#parts.context.store.get<FlowRow>(
      `select * from oauth_flows where ${where}`,
      sha256(state),
      oldest,
    );
  }
}
