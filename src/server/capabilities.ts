/** What this server can do, as `initialize` and `server/discover` say it (MCP ServerCapabilities). */
import type { ToolHost } from './host.js';

export function capabilitiesOf({ files }: Pick<ToolHost, 'files'>): {
  readonly tools: Record<string, never>;
  readonly resources?: Record<string, never>;
} {
  return { tools: {}, ...(files !== undefined && { resources: {} }) };
}
