/** `GET /v1/seal/tools`: the tools, or those of one security context (operation listSealTools). */
import type { Reply, SandboxRequest } from '../kernel.js';
import { json, refuse } from '../replies.js';
import { describeTool, listTools } from './catalogue/index.js';
import { findContext } from './contexts.js';

/** No authentication. The header beats the query; an unknown context is 500 `{error}`. */
export function listSealTools(request: SandboxRequest): Reply {
  const name = requestedContext(request);
  const context = name === null ? undefined : findContext(name);
  if (name !== null && context === undefined) {
    refuse(500, `Configuration error: Security context '${name}' not found`);
  }
  return json({
    protocol: 'seal/v1',
    attestation_endpoint: '/v1/seal/attest',
    invoke_endpoint: '/v1/seal/invoke',
    security_context: name,
    tools: listTools(context).map(describeTool),
  });
}

function requestedContext({ headers, query }: SandboxRequest): string | null {
  const header = String(headers['x-zaru-security-context'] ?? '').trim();
  return header === '' ? query.get('security_context') : header;
}
