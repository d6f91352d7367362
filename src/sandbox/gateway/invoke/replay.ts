/** Which tokens have been used: one token serves one call, until its entry is purged. */
import type { GatewayContext } from '../kernel.js';

export interface TokenMemory {
  /** Notes a token id; false while it is known. */
  record(jti: string, sessionEnds: Date): boolean;
}

const PERIOD_MS = 30_000;

/**
 * Kept in the store. An entry lives until the session ends or 30 s have passed, and is removed by a sweep that runs
 * every 30 s; the sweep is reckoned from the start, so that no timer is needed.
 */
export function openTokenMemory({ store, clock }: GatewayContext): TokenMemory {
  store.exec(
    'create table if not exists gateway_used_tokens (jti text primary key, expires_at integer not null)',
  );
  const started = clock.now().getTime();
  return {
    record(jti, sessionEnds) {
      const now = clock.now().getTime();
      const lastSweep = started + Math.floor((now - started) / PERIOD_MS) * PERIOD_MS;
      store.run('delete from gateway_used_tokens where expires_at <= ?', lastSweep);
      if (store.get('select 1 from gateway_used_tokens where jti = ?', jti) !== undefined) return false;
      const expires = Math.min(sessionEnds.getTime(), now + PERIOD_MS);
      store.run('insert into gateway_used_tokens values (?, ?)', jti, expires);
      return true;
    },
  };
}
