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
  if (args.name === undefined && given.length === ENVELOPE.length) return await call.send();
  const missing = ENVELOPE.filter((key) => !given.includes(key));
  throw new AegisError(
    'invalid_arguments',
    args.name !== undefined
      ? `invoke_seal: name and ${given.join(', ')} exclude each other.`
      : `invoke_seal: the envelope lacks ${missing.join(', ')}.`,
    { next: 'Give name and arguments to have the call signed, or all five members of a signed envelope.' },
  );
}
