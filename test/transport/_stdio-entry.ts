/** A program that serves the fake host over stdio; its host reports to stderr. */
import { createServerFactory } from '../../src/server/create-server.js';
import { serveStdioTransport } from '../../src/transport/stdio.js';
import { FakeHost, silentLog } from '../server/_host.js';

const report = (event: string): void => {
  process.stderr.write(`${event}\n`);
};

const factory = createServerFactory(new FakeHost(report), { name: 'aegis-mcp', version: '9.9.9' }, silentLog);
const handle = serveStdioTransport(factory, {
  stdin: process.stdin,
  stdout: process.stdout,
  onClose: () => process.exit(0),
  log: silentLog,
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void handle.close());
