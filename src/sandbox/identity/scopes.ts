/** Every `resource:action` scope the orchestrator's operations ask for (`x-scope` of the contract). */
export const ALL_SCOPES: readonly string[] = [
  'agent:deploy',
  'agent:read',
  'agent:list',
  'agent:delete',
  'agent:execute',
  'agent:logs',
  'execution:read',
  'execution:list',
  'execution:remove',
  'execution:cancel',
  'execution:stream',
  'workflow:deploy',
  'workflow:list',
  'workflow:read',
  'workflow:run',
  'workflow:cancel',
  'workflow:delete',
  'workflow:logs',
  'workflow:signal',
  'approval:list',
  'approval:read',
  'approval:approve',
  'approval:reject',
  'swarm:list',
  'swarm:read',
  'node:read',
  'node:list',
  'key:list',
  'key:create',
  'key:revoke',
  'script:read',
  'script:write',
  'canvas:read',
  'canvas:write',
  'volume:read',
  'volume:write',
];

const READING = new Set(['read', 'list', 'logs', 'stream']);

/** The scopes that change nothing: what the `aegis-readonly` client is granted. */
export const READ_SCOPES: readonly string[] = ALL_SCOPES.filter((scope) =>
  READING.has(scope.slice(scope.indexOf(':') + 1)),
);
