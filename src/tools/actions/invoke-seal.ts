/** Signed calls: an envelope sent as it is, or a call that this server signs. */
import { AegisError } from '../../errors.js';
import { callSealTool } from '../catalog/call.js';
import type { ServerName } from '../context.js';
import type { AnyArgs, Call } from '../define.js';

const ENVELOPE = ['protocol', 'security_token', 'signature', 'payload', 'timestamp'] as const;

export interface InvokeArguments {
  readonly name?: string | undefined;
  readonly arguments?: AnyArgs | undefined;
}

/** The MCP tool that was called, and the server that executes the call. */
interface Invoker {
  readonly as: string;
  readonly server: ServerName;
}

/**
 * The tool's own JSON for a name with arguments, signed here; undefined for a complete envelope, which is the
 * caller's to send. Throws `invalid_arguments` unless exactly one of the two forms is given.
 */
export async function invokeSigned(
  { args, context }: Call<InvokeArguments>,
  { as, server }: Invoker,
): Promise<{ readonly result: unknown } | undefined> {
  if (isEnvelope(as, args)) return undefined;
  const { name: tool = '', arguments: given = {} } = args;
  return { result: await callSealTool(context, { tool, arguments: given, server, as }) };
}

/** `invoke_seal`: the tool's own JSON. */
export async function invokeSeal(call: Call<InvokeArguments>): Promise<unknown> {
  const signed = await invokeSigned(call, { as: 'invoke_seal', server: 'orchestrator' });
  return signed === undefined ? await call.send() : signed.result;
}

function isEnvelope(tool: string, args: InvokeArguments): boolean {
  const given = ENVELOPE.filter((key) => Object.hasOwn(args, key));
  if (args.name !== undefined && given.length === 0) return false;
  if (args.name === undefined && args.arguments === undefined && given.length === ENVELOPE.length)
    return true;
  throw new AegisError('invalid_arguments', `${tool}: ${problemOf(args, given)}.`, {
    next: 'Give name and arguments to have the call signed, or all five members of a signed envelope.',
  });
}

function problemOf(args: InvokeArguments, given: readonly string[]): string {
  if (args.name !== undefined) return `name and ${given.join(', ')} exclude each other`;
  if (args.arguments !== undefined)
    return 'arguments belong to name; those of an envelope are in its payload';
  return `the envelope lacks ${ENVELOPE.filter((key) => !given.includes(key)).join(', ')}`;
}
