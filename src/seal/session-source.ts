/** Where a session's keys come from: one that all calls share, or a pool of keys that serve one call at a time. */
import type { AttestationResult, LiveSession } from './attestation.js';

/** Attests a new key; each call makes another session. @throws SealError of the refusal. */
export type Attest = () => Promise<LiveSession>;

export interface SessionSource {
  /** Whether there is a session, fresh or not. */
  readonly isAttested: boolean;
  /** Makes a new session now, or joins one in the making. @throws SealError; `cancelled` by the signal. */
  attest(signal: AbortSignal | undefined): Promise<AttestationResult>;
  /**
   * Gives a live session to `sign`, in one turn with its choice, so that no renewal can erase its key in between.
   * `sign` must be done with the key when it returns. @throws SealError of an attestation; `cancelled`.
   */
  use<T>(sign: (session: LiveSession) => T, signal: AbortSignal | undefined): Promise<T>;
  /** Forgets a session that the server does not know any more, and zeroes its key. */
  drop(session: LiveSession): void;
  /** Forgets the sessions there are, but not those in the making. */
  clear(): void;
  /** The same, and whoever waits for a session is told; an attestation in flight leaves nothing behind. */
  dispose(): void;
}
