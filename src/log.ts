/** Logs: pino to stderr, because stdout belongs to the protocol. */
import pino, { type Logger } from 'pino';

/** Members that never reach a log, wherever they stand one or two levels deep. */
const SECRET = [
  'authorization',
  'token',
  'security_token',
  'client_secret',
  'clientSecret',
  'access_token',
  'api_key',
  'key',
  'value',
  'signature',
];

/** A logger on stderr (file descriptor 2), synchronous so that nothing is lost when the process ends. */
export function createLogger(level: string): Logger {
  const paths = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { name: 'aegis-mcp', level, redact: { paths, censor: '[redacted]' }, base: null },
    pino.destination({ fd: 2, sync: true }),
  );
}
