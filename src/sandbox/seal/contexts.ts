/**
 * The security contexts of the sandbox node: the six of a standard deployment and three of its own.
 *
 * | name | for | what |
 * |---|---|---|
 * | aegis-system-agent-runtime | service accounts, operators | what an agent may call while it runs |
 * | aegis-system-operator | service accounts, operators | authoring and running, no workspace files |
 * | zaru-free, zaru-pro, zaru-business, zaru-enterprise | consumers | the tiers; all but free answer Human states |
 * | aegis-system-restricted | service accounts, operators | reading tools only: every write is a policy denial |
 * | aegis-system-sandbox | service accounts, operators | everything, the tools no standard context lists included |
 * | tenant-sandbox-default | users of realm tenant-sandbox | reading tools only |
 */
import type { Capability, SecurityContext } from './policy.js';

/** Reading and running tools that every context of a standard deployment shows. */
const COMMON = [
  'web.search',
  'web.fetch',
  'aegis.schema.get',
  'aegis.schema.validate',
  'aegis.agent.list',
  'aegis.agent.export',
  'aegis.agent.generate',
  'aegis.agent.logs',
  'aegis.agent.search',
  'aegis.agent.wait',
  'aegis.workflow.list',
  'aegis.workflow.export',
  'aegis.workflow.logs',
  'aegis.workflow.wait',
  'aegis.workflow.cancel',
  'aegis.workflow.search',
  'aegis.task.execute',
  'aegis.task.status',
  'aegis.task.wait',
  'aegis.task.logs',
  'aegis.task.list',
  'aegis.task.cancel',
  'aegis.execute.intent',
  'aegis.execute.status',
  'aegis.tools.list',
  'aegis.tools.search',
  'aegis.runtime.list',
];

const RUNNING = ['aegis.workflow.run', 'aegis.workflow.generate'];
const AUTHORING = ['aegis.agent.create', 'aegis.agent.update'];
const OPERATING = [
  'aegis.agent.delete',
  'aegis.workflow.create',
  'aegis.workflow.update',
  'aegis.workflow.delete',
  'aegis.workflow.signal',
  'aegis.task.remove',
  'aegis.system.info',
  'aegis.system.config',
];

const READING = [
  'aegis.schema.get',
  'aegis.schema.validate',
  'aegis.agent.list',
  'aegis.agent.export',
  'aegis.agent.logs',
  'aegis.workflow.list',
  'aegis.workflow.export',
  'aegis.workflow.logs',
  'aegis.task.status',
  'aegis.task.logs',
  'aegis.task.list',
  'aegis.tools.list',
  'aegis.tools.search',
  'aegis.runtime.list',
];

const CONTEXTS: readonly SecurityContext[] = [
  context('aegis-system-agent-runtime', 'Tools of an agent while it runs in its container.', [
    { tool_pattern: 'fs.*', path_allowlist: ['/workspace', '/agent'] },
    { tool_pattern: 'cmd.run' },
    ...exact(COMMON, AUTHORING),
  ]),
  context('aegis-system-operator', 'Authoring and operation by platform operators.', [
    ...exact(COMMON, RUNNING, AUTHORING, OPERATING),
  ]),
  context('zaru-free', 'Consumers of the free tier.', exact(COMMON, RUNNING)),
  ...['pro', 'business', 'enterprise'].map((tier) =>
    context(`zaru-${tier}`, `Consumers of the ${tier} tier.`, [
      ...exact(COMMON, RUNNING, ['aegis.workflow.signal']),
    ]),
  ),
  context('aegis-system-restricted', 'Reading tools only.', exact(READING)),
  context('aegis-system-sandbox', 'Every tool of the sandbox.', [{ tool_pattern: '*' }]),
  context('tenant-sandbox-default', 'Users of the tenant "sandbox": reading tools only.', exact(READING)),
];

/** All contexts, in the order of the node configuration. */
export function listContexts(): readonly SecurityContext[] {
  return CONTEXTS;
}

/** The context of that name. */
export function findContext(name: string): SecurityContext | undefined {
  return CONTEXTS.find((candidate) => candidate.name === name);
}

function context(name: string, description: string, capabilities: readonly Capability[]): SecurityContext {
  return { name, description, capabilities, deny_list: [] };
}

function exact(...lists: readonly (readonly string[])[]): readonly Capability[] {
  return lists.flat().map((tool_pattern) => ({ tool_pattern }));
}
