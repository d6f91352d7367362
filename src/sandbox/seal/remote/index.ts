/** All tools beside the built-in ones: of the edge node, of MCP servers, of the SEAL gateway. */
import { EDGE_TOOLS } from './edge-node.js';
import { type GatewayHop, gatewayTools, refuseUnreachable } from './gateway-tools.js';
import type { ConnectedServers } from './mcp-servers.js';
import type { RemoteTool } from './remote-tool.js';

export { FLEET_TOOLS } from './edge-node.js';
export type { RemoteTool } from './remote-tool.js';

export interface RemoteTools {
  /** Tools that a tenant sees, in the order in which a name is looked up; null: without a tenant. */
  list(tenant: string | null): readonly RemoteTool[];
  /** The first of that name. Refuses an unknown name while the gateway, which may have it, is out of reach. */
  find(name: string, tenant: string): RemoteTool | undefined;
}

/** The remote tools of a sandbox. Two of one name are both listed; the first is called. */
export function createRemoteTools(servers: ConnectedServers, hop: GatewayHop): RemoteTools {
  const list = (tenant: string | null) => [...EDGE_TOOLS, ...servers.tools(), ...gatewayTools(hop, tenant)];
  return {
    list,
    find(name, tenant) {
      const tool = list(tenant).find((each) => each.name === name);
      return tool === undefined && hop.faults.gatewayUnreachable ? refuseUnreachable() : tool;
    },
  };
}
