/** The resource requests of MCP: files that tools link to, and receipts. */
import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type Server,
} from '@modelcontextprotocol/server';
import { AegisError } from '../errors.js';
import type { EventLog } from './event-log.js';
import type { FileHost } from './host.js';
import { oneLine } from './render-error.js';

/** Answers `resources/list`, `resources/templates/list` and `resources/read` of one server. */
export function serveResources(server: Server, files: FileHost, log: EventLog): void {
  server.setRequestHandler('resources/list', () => ({
    resources: files.resources.map((resource) => ({ ...resource })),
  }));
  server.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: files.templates.map((template) => ({ ...template })),
  }));
  server.setRequestHandler('resources/read', async ({ params: { uri } }, { mcpReq }) => {
    try {
      return { contents: [await files.read(uri, mcpReq.signal)] };
    } catch (thrown) {
      throw protocolErrorOf(AegisError.from(thrown), uri, log);
    }
  });
}

function protocolErrorOf(error: AegisError, uri: string, log: EventLog): ProtocolError {
  if (error.code === 'not_found') return new ResourceNotFoundError(uri, oneLine(error));
  log.warn({ err: error }, 'a resource could not be read');
  return new ProtocolError(ProtocolErrorCode.InternalError, `${error.code}: ${oneLine(error)}`);
}
