/** A SEAL envelope made by a caller of its own, with node:crypto alone. */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';

/** An Ed25519 key pair; the public half as base64 of its SPKI DER. */
export function createKey(): { readonly public_key: string; readonly privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { public_key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), privateKey };
}

/** `aegis.agent.list` without arguments, signed now. Members are written in canonical order. */
export function signListing(security_token: string, privateKey: KeyObject) {
  const params = { arguments: {}, name: 'aegis.agent.list' };
  const payload = { id: randomUUID(), jsonrpc: '2.0', method: 'tools/call', params };
  const seconds = Math.floor(Date.now() / 1000);
  const message = Buffer.from(JSON.stringify({ payload, security_token, timestamp: seconds }));
  const signature = sign(null, message, privateKey).toString('base64');
  const timestamp = new Date(seconds * 1000).toISOString();
  return { protocol: 'seal/v1', security_token, signature, payload, timestamp };
}
