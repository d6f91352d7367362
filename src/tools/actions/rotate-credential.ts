/** `rotate_credential`: the published method lets the server make the new secret, which the live one never does. */
import { AegisError } from '../../errors.js';
import type { Call } from '../define.js';
import { advised } from './advice.js';
import { CHANGE_ADVICE } from './credential-refusals.js';

/** Sends the rotation; without a value it says why a live server refuses it. */
export async function rotateCredential(
  call: Call<{ readonly credential_id: string; readonly value?: string | undefined }>,
): Promise<unknown> {
  try {
    return await advised(CHANGE_ADVICE, call.send());
  } catch (error) {
    if (call.args.value !== undefined || !isRefusal(error)) throw error;
    throw new AegisError(
      'invalid_arguments',
      `rotate_credential: value: is missing. This server makes no secrets of its own. ${error.message}`,
      {
        status: error.status,
        next: 'Make the new secret at the provider and give it as value; nothing was changed.',
        cause: error,
      },
    );
  }
}

function isRefusal(error: unknown): error is AegisError & { readonly status: number } {
  return error instanceof AegisError && (error.status === 400 || error.status === 422);
}
