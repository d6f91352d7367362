/** Tools that the orchestrator lists beside its own and passes the calls of on. */
import type { ToolCall } from '../tools/call.js';

/** As `aegis.tools.list` tells them apart. */
export type RemoteSource = 'mcp_server' | 'seal_gateway';

export interface RemoteTool {
  readonly name: string;
  readonly description: string;
  /** Any JSON: nobody has checked it. */
  readonly inputSchema: unknown;
  readonly source: RemoteSource;
  readonly executor?: 'edge';
  readonly fleetCapable?: true;
  /** The result is the whole body of the 200 answer. Arguments are not held against the schema. */
  run(call: ToolCall): unknown;
}
