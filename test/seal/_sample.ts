/** One key, one moment and the requests that tests sign. */
import { createSealEnvelope, type McpPayload } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { fromHex } from './_vectors.js';

/** 2026-02-17T14:32:01Z. */
export const SECOND = 1771338721;
/** A clock that stands at a second. */
export const at = (seconds: number) => ({ now: () => seconds * 1000 });
/** A clock that stands at 2026-02-17T14:32:01.583Z. */
export const now = () => SECOND * 1000 + 583;

/** The key of RFC 8032 section 7.1, TEST 1. */
export const key = Ed25519Key.fromSeed(
  fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'),
);
export const publicKey = key.getPublicKeyBytes();

/** A call of a tool. */
export const call = (args: Record<string, unknown>): McpPayload => ({
  jsonrpc: '2.0',
  id: 'req-1',
  method: 'tools/call',
  params: { name: 't', arguments: args },
});

/** The shortest request. */
export const payload: McpPayload = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
/** Signed at {@link SECOND}. */
export const envelope = createSealEnvelope('t.o.k', payload, key, at(SECOND));
