/** What both transports have in common. */
import { isJSONRPCNotification } from '@modelcontextprotocol/server';

/** Longest JSON-RPC message accepted: one line of stdio, one HTTP body. 4 MiB. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Reason given to calls that are cancelled because this program ends. */
export const SHUTTING_DOWN = 'The server is shutting down.';

/** Time for calls under way to end by themselves before they are cancelled, milliseconds. */
export const FINISH_GRACE_MS = 5_000;

/** Time for cancelled calls to answer, and for the answers to be written, milliseconds. */
export const CANCEL_GRACE_MS = 2_000;

/** Id of the request that the message cancels, if it is `notifications/cancelled`. */
export function cancelledRequest(message: unknown): string | number | undefined {
  if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') return undefined;
  const id = message.params?.requestId;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
