/** SEAL sessions, in memory as on the real server: a restart ends them all. */
import type { KeyObject } from 'node:crypto';
import type { Identity } from '../kernel.js';
import type { SecurityContext } from './policy.js';
import { refuseCall } from './refusal.js';

export interface Session {
  /** The token exactly as issued: sessions are found by this string, the token is not decoded. */
  readonly token: string;
  readonly publicKey: KeyObject;
  readonly context: SecurityContext;
  readonly tenant: string;
  readonly executionId: string;
  /** Who attested. */
  readonly identity: Identity;
  readonly expiresAt: Date;
}

export interface Sessions {
  add(session: Session): void;
  /** The active session of a token. Refuses `Session is inactive: Expired` (also unknown) and `Session has expired`. */
  require(token: string, now: Date): Session;
}

/** An empty session table. The first call after expiry reads "expired", later ones "inactive". */
export function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  return {
    add: (session) => {
      sessions.set(session.token, session);
    },
    require(token, now) {
      const session = sessions.get(token);
      if (session === undefined) return refuseCall('Session is inactive: Expired');
      if (now <= session.expiresAt) return session;
      sessions.delete(token);
      return refuseCall('Session has expired');
    },
  };
}
