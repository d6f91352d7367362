/** What a session is made with, and what a call takes. */
import type { AttestationFields } from './attestation.js';
import type { JsonReader } from './decode.js';
import type { SealRecorder } from './outcome.js';
import type { SealSend } from './transport.js';

/** The server that executes the calls. It decides the timestamp's form and how long a token lasts. */
export type SealTarget = 'orchestrator' | 'gateway';

export interface SealSessionOptions {
  /** Base URL of the server that executes the calls. */
  readonly url: string;
  /** Base URL of the orchestrator, where it is another: the gateway cannot attest. Default `url`. */
  readonly attestUrl?: string;
  /** Default `orchestrator`. The gateway accepts a token once in a minute: a pool of sessions serves its calls. */
  readonly target?: SealTarget;
  /**
   * A token of an operator of the gateway. With it, a session that the orchestrator has not made known there is
   * posted to `/v1/seal/sessions`, and every later one at once.
   */
  readonly operatorBearer?: () => Promise<string | undefined>;
  readonly securityContext: string;
  /** Further members of the attestation body. */
  readonly fields?: AttestationFields;
  /** A bearer token or `aegis_` API key for the attestation; undefined sends no Authorization. */
  readonly bearer?: () => Promise<string | undefined>;
  /** Default: the platform's fetch. */
  readonly send?: SealSend;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** Reads a tool's result; default JSON.parse, which rounds integers beyond 2^53. Throws for what is no JSON. */
  readonly readJson?: JsonReader;
  /** Source of JSON-RPC ids: with one id, two equal calls in a second would be one replay. */
  readonly randomUUID?: () => string;
}

export interface InvokeOptions {
  readonly signal?: AbortSignal;
  /** Told of each attempt before it is sent, and of its outcome. */
  readonly record?: SealRecorder;
}
