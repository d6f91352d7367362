/** SEAL gateway: its management API, the explorer and the signed call. Operators only, but for the last. */
import { gatewayCalls } from './gateway/calls.js';
import { gatewayTools } from './gateway/cli-tools.js';
import { gatewayContexts } from './gateway/contexts.js';
import { gatewayPages } from './gateway/pages.js';
import { gatewaySessions } from './gateway/sessions.js';
import { gatewaySpecs } from './gateway/specs.js';
import { gatewaySystem } from './gateway/system.js';
import { gatewayWorkflows } from './gateway/workflows.js';

/** Tables in the order in which their tools are listed. */
export const gateway = {
  ...gatewaySpecs,
  ...gatewayWorkflows,
  ...gatewayTools,
  ...gatewaySessions,
  ...gatewayContexts,
  ...gatewayCalls,
  ...gatewaySystem,
  ...gatewayPages,
};
