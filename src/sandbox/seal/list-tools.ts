/** `GET /v1/seal/tools`: the tools, or those of one security context (operation listSealTools). */
import type { Dialect, Reply, SandboxRequest } from '../kernel.js';
import { json, refuse } from '../replies.js';
import { describeToolIn, listTools } from './catalogue/index.js';
import { findContext } from './contexts.js';
import type { SealFaults } from './faults.js';
import type { RemoteTools } from './remote/index.js';

export interface ListParts {
  readonly dialect: Dialect;
  readonly remotes: RemoteTools;
  readonly faults: Readonly<SealFaults>;
}

/** No authentication, hence no tenant. The header beats the query; an unknown context is 500 `{error}`. */
export function listSealTools(request: SandboxRequest, { dialect, remotes, faults }: ListParts): Reply {
  const name = requestedContext(request);
  const context = name === null ? undefined : findContext(name);
  if (name !== null && context === undefined) {
    refuse(500, `Configuration error: Security context '${name}' not found`);
  }
  if (faults.listingFails) refuse(500, 'Internal error: Failed to list tools: the sandbox was told to fail');
  return json({
    protocol: 'seal/v1',
    attestation_endpoint: '/v1/seal/attest',
    invoke_endpoint: '/v1/seal/invoke',
    security_context: name,
    tools: listTools(context, remotes.list(null)).map((tool) => describeToolIn(dialect, tool)),
  });
}

function requestedContext({ headers, query }: SandboxRequest): string | null {
  const header = String(headers['x-zaru-security-context'] ?? '').trim();
  return header === '' ? query.get('security_context') : header;
}
