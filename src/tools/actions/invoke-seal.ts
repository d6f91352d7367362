/** `invoke_seal`: an envelope sent as it is, or a call that this server signs. */
import { AegisError } from '../../errors.js';
import type { AnyArgs, Call } from '../define.js';

const ENVELOPE = ['protocol', 'security_token', 'signature', 'payload', 'timestamp'] as const;

interface InvokeArguments {
  readonly name?: string | undefined;
  readonly arguments?: AnyArgs | undefined;
}

/** The tool's own JSON. Throws `invalid_arguments` unless exactly one of the two forms is given. */
export async function invokeSeal(call: Call<InvokeArguments>): Promise<unknown> {
  const { args, context } = call;
  const given = ENVELOPE.filter((key) => Object.hasOwn(args, key));
  if (args.name !== undefined && given.length === 0)
    return await context.sealInvoke(args.name, args.arguments ?? {});
  const complete = given.length === ENVELOPE.length;
  if (args.name === undefined && args.arguments === undefined && complete) return await call.send();
  throw new AegisError('invalid_arguments', `invoke_seal: ${problemOf(args, given)}.`, {
    next: 'Give name and arguments to have the call signed, or all five members of a signed envelope.',
  });
}

function problemOf(args: InvokeArguments, given: readonly string[]): string {
  if (args.name !== undefined) return `name and ${given.join(', ')} exclude each other`;
  if (args.arguments !== undefined)
    return 'arguments belong to name; those of an envelope are in its payload';
  return `the envelope lacks ${ENVELOPE.filter((key) => !given.includes(key)).join(', ')}`;
}
