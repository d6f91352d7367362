import type { AgentManifest } from './agent-manifest.js';
import type { Identity } from './kernel.js';
import { findContext } from './seal/contexts.js';

const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/**
 * What the service refuses in a manifest that decoded well: the first fault as the server words it, or undefined.
 * The runtime pairing is not among them: it fails when the agent runs (D70, D73).
 */
export function findManifestFault(manifest: AgentManifest, identity: Identity): string | undefined {
  const { apiVersion, kind, metadata, spec } = manifest;
  if (apiVersion !== '100monkeys.ai/v1')
    return `Invalid apiVersion: expected 100monkeys.ai/v1, got ${apiVersion}`;
  if (kind !== 'Agent') return `Invalid kind: expected Agent, got ${kind}`;
  if (metadata.name === '') return 'metadata.name must not be empty';
  if (!NAME.test(metadata.name)) {
    return `Invalid metadata.name: ${metadata.name} (lower-case letters, digits and inner hyphens only)`;
  }
  if (!spec.task?.instruction.trim()) return 'spec.task.instruction is required';
  return findContextFault(spec.security_context, identity);
}

function findContextFault(context: string | undefined, identity: Identity): string | undefined {
  if (context === undefined) return undefined;
  if (findContext(context) === undefined) return `Security context not found: ${context}`;
  const system = identity.kind === 'operator' || identity.kind === 'service_account';
  if (context.startsWith('aegis-system-') && !system) return `Forbidden: security context ${context}`;
  return undefined;
}
