/** Runs a tool of the catalogue. */
import { isObject } from '../../client/json-object.js';
import { cleanServerText } from '../../client/server-text.js';
import { AegisError } from '../../errors.js';
import { refuseToolFailure } from '../answer.js';
import type { Context } from '../context.js';
import type { Ran } from '../define.js';
import { callSealTool } from './call.js';
import type { OfferedTool } from './offer.js';

/**
 * Calls the tool with the arguments as given: its server checks them. Throws AegisError for every failure, also for
 * those that the server reports with a success status.
 */
export async function runOffered(
  { original, server, tool }: OfferedTool,
  args: unknown,
  context: Context,
): Promise<Ran<unknown>> {
  const given = args ?? {};
  if (!isObject(given))
    throw new AegisError('invalid_arguments', `${tool.name}: the arguments must be an object.`, {
      next: 'Correct the arguments and call again; nothing was sent.',
    });
  const value = await callSealTool(context, { tool: original, arguments: given, server, as: tool.name });
  refuseToolFailure(tool.name, value);
  refuseMcpError(tool.name, value);
  return { value };
}

/** Tools of MCP servers behind the orchestrator report failures in their own way (MCP CallToolResult). */
function refuseMcpError(name: string, value: unknown): void {
  if (!isObject(value) || value.isError !== true) return;
  const content: readonly unknown[] = Array.isArray(value.content) ? value.content : [];
  const texts = content.flatMap((part) =>
    isObject(part) && typeof part.text === 'string' ? [part.text] : [],
  );
  const said = cleanServerText(texts.join(' ')) || 'the tool reports a failure';
  throw new AegisError('failed', `${name} through SEAL: ${said}`, {
    next: 'Correct the call and send it anew.',
  });
}
