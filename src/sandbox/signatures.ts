/** What the signature checks of inbound webhooks share. */
import { timingSafeEqual } from 'node:crypto';

/** The bytes of pairs of hex digits, in either case; undefined for any other text. */
export function fromHex(text: string): Buffer | undefined {
  return /^([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** Whether both are the same, in a time that does not tell where they differ. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
