/** Nothing is left out: published methods and contract operations against the tools. */
import { describe, expect, it } from 'vitest';
import { registry } from '../../src/tools/registry.js';
import { Judge } from '../e2e/_contract.js';

/** The method reference of the published TypeScript SDK, section by section. */
const PUBLISHED: readonly (readonly [section: string, methods: string])[] = [
  [
    'Agent Management',
    'deployAgent listAgents getAgent lookupAgent updateAgent deleteAgent executeAgent listAgentVersions updateAgentScope streamAgentEvents',
  ],
  [
    'Workflow Management',
    'registerWorkflow listWorkflows getWorkflow deleteWorkflow listWorkflowVersions updateWorkflowScope runWorkflow executeTemporalWorkflow registerTemporalWorkflow',
  ],
  [
    'Workflow Execution Management',
    'listWorkflowExecutions getWorkflowExecution removeWorkflowExecution signalWorkflowExecution cancelWorkflowExecution',
  ],
  [
    'Execution',
    'startExecution streamExecution getExecution listExecutions cancelExecution deleteExecution getExecutionFile',
  ],
  ['Human Approvals', 'listPendingApprovals getPendingApproval approveRequest rejectRequest'],
  ['SEAL', 'attestSeal invokeSeal listSealTools'],
  ['Dispatch Gateway', 'dispatchGateway'],
  ['Stimulus', 'listStimuli getStimulus ingestStimulus sendWebhook'],
  [
    'Volume Management',
    'createVolume listVolumes getVolume renameVolume deleteVolume getVolumeQuota listFiles downloadFile uploadFile mkdir movePath deletePath',
  ],
  [
    'Credential Management',
    'listCredentials getCredential storeApiKeyCredential revokeCredential rotateCredential oauthInitiate oauthCallback devicePoll listGrants addGrant revokeGrant',
  ],
  ['Secrets Management', 'listSecrets getSecret writeSecret deleteSecret'],
  ['API Key Management', 'listApiKeys createApiKey revokeApiKey'],
  [
    'Colony Management',
    'listMembers inviteMember removeMember updateRole getSamlConfig setSamlConfig getSubscription',
  ],
  ['Billing', 'listPrices createCheckoutSession createPortalSession getSubscriptionBilling getInvoices'],
  ['Cluster & Infrastructure', 'getClusterStatus getClusterNodes'],
  ['Swarm Coordination', 'listSwarms getSwarm'],
  ['Observability', 'getDashboardSummary listSecurityIncidents listStorageViolations'],
  ['Cortex', 'listCortexPatterns getCortexSkills getCortexMetrics'],
  ['User', 'getUserRateLimitUsage'],
  ['Workflow Logs', 'getWorkflowExecutionLogs streamWorkflowExecutionLogs'],
  ['Admin: Tenants', 'createTenant listTenants suspendTenant deleteTenant'],
  [
    'Admin: Rate Limits',
    'listRateLimitOverrides createRateLimitOverride deleteRateLimitOverride getRateLimitUsage',
  ],
  ['Health', 'healthLive healthReady'],
];

const METHODS = PUBLISHED.flatMap(([, methods]) => methods.split(' '));

/** Tools are named as the method in snake_case. */
const toolOf = (method: string): string => method.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

describe('the published methods', () => {
  it('are 108', () => {
    expect(METHODS).toHaveLength(108);
  });

  it.each(PUBLISHED)('of %s each have a tool', (_section, methods) => {
    expect(methods.split(' ').filter((method) => !(toolOf(method) in registry))).toEqual([]);
  });
});

const WIRES = Object.entries(registry).flatMap(([tool, { live, documented, reads, server }]) =>
  [live, documented, ...reads].flatMap((wire) =>
    wire === undefined ? [] : [{ tool, server, operation: wire.operation }],
  ),
);

describe.each(['orchestrator', 'gateway'] as const)('the contract of the %s', (server) => {
  const operations = [...new Judge(server).operations().keys()];
  const called = new Set(WIRES.filter((wire) => wire.server === server).map(({ operation }) => operation));

  it('has no operation without a tool', () => {
    expect(operations.filter((operation) => !called.has(operation))).toEqual([]);
  });

  it('has every operation that a tool names', () => {
    expect([...called].filter((operation) => !operations.includes(operation))).toEqual([]);
  });
});

it('no tool is without an operation, but the one that reads the journal of this machine', () => {
  const wired = new Set(WIRES.map(({ tool }) => tool));
  expect(Object.keys(registry).filter((tool) => !wired.has(tool))).toEqual(['get_receipt']);
});
