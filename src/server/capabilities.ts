/** What this server can do, as `initialize` and `server/discover` say it (MCP ServerCapabilities). */
import type { ToolHost } from './host.js';

export function capabilitiesOf({ files, live }: Pick<ToolHost, 'files' | 'live'>): {
  readonly tools: { readonly listChanged?: true };
  readonly resources?: Record<string, never>;
} {
  return {
    tools: live === undefined ? {} : { listChanged: true },
    ...(files !== undefined && { resources: {} }),
  };
}
