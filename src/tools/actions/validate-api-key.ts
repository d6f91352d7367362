/** `validate_api_key`: the key under test is the bearer of its one request. */
import { AegisError } from '../../errors.js';
import type { AnyArgs, Call } from '../define.js';
import { record } from '../results.js';

/** Whose key it is, or that it is none: that a key is not in force is an answer, not a failure. */
export async function validateApiKey(
  call: Call<{ readonly api_key: string }>,
): Promise<AnyArgs & { readonly valid: boolean }> {
  try {
    return { ...record(await call.send()), valid: true };
  } catch (error) {
    if (!(error instanceof AegisError) || error.status !== 401) throw error;
    // The handler answers in JSON; a text comes from a middleware that wants a JWT and knows nothing of keys.
    if (error.details?.body === 'json') return { valid: false };
    throw new AegisError('unsupported', 'validate_api_key: this server takes no API key here.', {
      status: 401,
      next: 'Check the orchestrator address and its version with whoami; attest_seal takes API keys too.',
      cause: error,
    });
  }
}
