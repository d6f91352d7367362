/** Sessions against a scripted server, opened and closed around each test. */
import { afterEach, beforeEach } from 'vitest';
import { SealError } from '../../src/seal/errors.js';
import { SealSession } from '../../src/seal/session.js';
import type { SealSessionOptions } from '../../src/seal/session-options.js';
import { ScriptedServer, type SeenRequest } from './_server.js';
import { fromBase64 } from './_vectors.js';

export interface Fixture {
  /** Fresh for each test. */
  readonly server: ScriptedServer;
  /** Opens a session with that server, in the context zaru-pro. */
  open(options?: Partial<SealSessionOptions>): SealSession;
}

/** Call it once at the top of a test file. */
export function useServer(): Fixture {
  let running: ScriptedServer | undefined;
  const sessions: SealSession[] = [];
  const fixture: Fixture = {
    get server() {
      if (running === undefined) throw new Error('no test is running');
      return running;
    },
    open: (options = {}) => {
      const session = new SealSession({ url: fixture.server.url, securityContext: 'zaru-pro', ...options });
      sessions.push(session);
      return session;
    },
  };
  beforeEach(async () => {
    running = await ScriptedServer.start();
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.dispose();
    await fixture.server.stop();
  });
  return fixture;
}

/** The SealError of a call. */
export async function refusal(work: Promise<unknown>): Promise<SealError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SealError) return error;
  throw new Error(`expected a SealError, got ${String(error)}`);
}

/** The JSON-RPC request inside a received envelope. */
export function payloadOf(request: SeenRequest | undefined): { id?: unknown; params?: unknown } {
  return Object(request?.body.payload);
}

/** The public key a received attestation carried. */
export function keyOf(request: SeenRequest | undefined): Uint8Array {
  return fromBase64(String(request?.body.public_key));
}
