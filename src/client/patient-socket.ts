/** Connections that still tell what the server said when it hangs up on a body that is being sent. */
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

type Connector = buildConnector.connector;

/** How long an answer may take to be read once the server takes no more of the body, milliseconds. */
const GRACE_MS = 1000;

/**
 * A connector whose sockets outlive a failed write for a moment. A server that refuses a body early (413) answers
 * and closes; the next write then fails, and Node would drop the connection with the answer unread. Reading tells the
 * end of the connection by itself.
 */
export function patient(connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...result) => {
      // undici leaves it out where its types say null.
      const socket = result[1] ?? undefined;
      if (socket !== undefined) delayWriteErrors(socket);
      callback(...result);
    });
}

function delayWriteErrors(socket: Socket): void {
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, late(socket, done));
  const writev = socket._writev?.bind(socket);
  if (writev !== undefined) socket._writev = (chunks, done) => writev(chunks, late(socket, done));
}

type Done = (error?: Error | null) => void;

function late(socket: Socket, done: Done): Done {
  return (error) => {
    if (error === undefined || error === null) return done();
    const timer = setTimeout(done, GRACE_MS, error);
    socket.once('close', () => clearTimeout(timer));
  };
}
