/** Where the HTTP server listens, and why it cannot. */
import type { Server } from 'node:http';
import { AegisError } from '../errors.js';
import { isLoopback, urlHost } from './http-guards.js';

export interface ListenOptions {
  /** Name or address to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Listen beyond loopback although callers are not authenticated. Default false. */
  readonly allowUnauthenticatedNetwork?: boolean;
}

/**
 * Refuses to expose the server to a network whose users are not known to it.
 * @throws {AegisError} `invalid_configuration`
 */
export function checkExposure({ host, allowUnauthenticatedNetwork = false }: ListenOptions): void {
  if (isLoopback(host) || allowUnauthenticatedNetwork) return;
  throw new AegisError(
    'invalid_configuration',
    `Callers are not authenticated, so on ${host} everybody on the network could act with the credential of this server.`,
    { next: 'Use --host 127.0.0.1 and put an authenticating proxy in front.' },
  );
}

/** Listens and resolves with the port. @throws {AegisError} `invalid_configuration` */
export async function listen(server: Server, options: ListenOptions): Promise<number> {
  const { host, port } = options;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, options)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

const OTHER_PORT = 'Choose another port with --port.';
const OTHER_HOST = 'Choose another address with --host.';

const FAILURES: Readonly<Record<string, readonly [cause: string, next: string]>> = {
  EADDRINUSE: ['the port is in use.', `${OTHER_PORT} --port 0 takes any that is free.`],
  EACCES: ['this user may not use the port.', OTHER_PORT],
  EADDRNOTAVAIL: ['this machine has no such address.', OTHER_HOST],
  ENOTFOUND: ['the name is not known.', OTHER_HOST],
};

function cannotListen(error: Error, { host, port }: ListenOptions): AegisError {
  const code = 'code' in error ? String(error.code) : '';
  const [cause, next] = FAILURES[code] ?? [`${error.message}.`, 'Check --host and --port.'];
  const message = `Cannot listen on ${urlHost(host)}:${port}: ${cause}`;
  return new AegisError('invalid_configuration', message, { cause: error, next });
}
