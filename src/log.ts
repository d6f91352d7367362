/** Logs: pino to stderr, because stdout belongs to the protocol. */
import type { Logger } from 'pino';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** What the program logs with. */
export type Log = Readonly<Record<Level, (fields: object, message: string) => void>>;

/** Members that never reach a log, wherever they stand up to two levels deep. */
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

const ORDER = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * A log on stderr (file descriptor 2). pino is loaded by the first line that the level lets through, and lines
 * keep their order; most processes never log one.
 */
export function createLog(level: string): Log {
  let queue: Promise<Logger> | undefined;
  const write = (at: Level) => (fields: object, message: string) => {
    if (ORDER.indexOf(at) < ORDER.indexOf(level)) return;
    queue = (queue ?? openLogger(level)).then((logger) => {
      logger[at](fields, message);
      return logger;
    });
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

async function openLogger(level: string): Promise<Logger> {
  const { default: pino } = await import('pino');
  const paths = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { name: 'aegis-mcp', level, redact: { paths, censor: '[redacted]' }, base: null },
    pino.destination({ fd: 2, sync: true }),
  );
}
