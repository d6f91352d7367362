import type { Clock, Route } from './kernel.js';
import { json } from './replies.js';

/** Liveness and readiness of both dialects; `sandbox: true` says what answers (contract tag health, D69). */
export function healthRoutes(clock: Clock): readonly Route[] {
  const started = clock.now().getTime();
  const uptime = () => Math.max(0, Math.floor((clock.now().getTime() - started) / 1000));
  const alive = () => json({ status: 'healthy', mode: 'live', uptime_seconds: uptime(), sandbox: true });
  const dependencies = { database: true, temporal: true, cluster_repository: true };
  const ready = () => json({ status: 'ready', uptime_seconds: uptime(), dependencies, sandbox: true });
  const ok = () => json({ status: 'ok', sandbox: true });
  const live = { method: 'GET', auth: 'none', dialects: ['live'] } as const;
  const documented = { method: 'GET', auth: 'none', dialects: ['documented'] } as const;
  return [
    { ...live, path: '/health', handler: alive },
    { ...live, path: '/health/live', handler: alive },
    { ...live, path: '/health/ready', handler: ready },
    { ...documented, path: '/health', handler: ok },
    { ...documented, path: '/health/live', handler: ok },
    { ...documented, path: '/health/ready', handler: ok },
  ];
}
