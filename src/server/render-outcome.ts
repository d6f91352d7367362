/** Outcomes of tool calls as MCP results. */
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/server';
import { AegisError } from '../errors.js';
import type { CallOutcome } from './host.js';
import { renderError } from './render-error.js';

/** Member of `_meta` that names the receipts of a call (MCP, "General fields", `_meta`). */
export const RECEIPTS = 'aegis-mcp/receipts';

/** Text first, then bytes if there are any; structured content only on success. */
export function renderOutcome(outcome: CallOutcome): CallToolResult {
  const { receipts } = outcome;
  return { ...renderContent(outcome), ...(receipts !== undefined && { _meta: { [RECEIPTS]: receipts } }) };
}

function renderContent(outcome: CallOutcome): CallToolResult {
  const content: ContentBlock[] = [{ type: 'text', text: outcome.text }];
  if (outcome.blob !== undefined) content.push(renderBlob(outcome.blob));
  if (outcome.link !== undefined) content.push({ type: 'resource_link', ...outcome.link });
  if (outcome.isError) return { content, isError: true };
  if (outcome.structured === undefined) return { content };
  return { content, structuredContent: { ...outcome.structured } };
}

/** The images that models and hosts take; one of another kind makes some refuse the whole conversation. */
const SHOWN = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** Images are shown by hosts; everything else travels as an embedded resource. */
function renderBlob(blob: NonNullable<CallOutcome['blob']>): ContentBlock {
  const { uri, mimeType, base64 } = blob;
  if (SHOWN.has(mimeType)) return { type: 'image', data: base64, mimeType };
  return { type: 'resource', resource: { uri, mimeType, blob: base64 } };
}

/** Result for something thrown by a call: a failed call, never a failed protocol. */
export function renderFailure(thrown: unknown): CallToolResult {
  const text = renderError(AegisError.from(thrown));
  return { content: [{ type: 'text', text }], isError: true };
}
