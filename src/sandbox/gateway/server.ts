/** The gateway's two listeners: its API, and its metrics. */
import { type HttpServer, startHttpServer } from '../http-server.js';
import type { Clock } from '../kernel.js';
import type { Gateway } from './index.js';

/** The running gateway. */
export interface GatewayServer {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string;
  /** Address of `/metrics`, likewise. */
  readonly metricsUrl: string;
  close(): Promise<void>;
}

/** Where to listen, and the clock that dates the answers. */
interface Place {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
}

/** Serves a gateway on a loopback host, at the preferred port when that is free and else at any; 0 prefers none. */
export async function serveGateway(gateway: Gateway, { host, port, clock }: Place): Promise<GatewayServer> {
  const api = await listen(gateway, { host, port, clock });
  try {
    const metrics = await startHttpServer({ router: gateway.metrics, host, port: 0, clock });
    const close = async () => void (await Promise.all([api.close(), metrics.close()]));
    return { url: api.url, metricsUrl: metrics.url, close };
  } catch (error) {
    await api.close();
    throw error;
  }
}

async function listen({ router }: Gateway, place: Place): Promise<HttpServer> {
  try {
    return await startHttpServer({ router, ...place });
  } catch (error) {
    if (place.port === 0) throw error;
    return startHttpServer({ router, ...place, port: 0 });
  }
}
