/** RS256 signing keys by name, generated at first use and kept in the store, so that tokens survive a restart. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose';
import type { Store } from '../kernel.js';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public half as a JWKS member (RFC 7517). */
  readonly jwk: JWK;
}

/** Gives the key of a name (a realm, or a token issuer); the same one every time. */
export type KeyRing = (name: string) => Promise<SigningKey>;

const generate = promisify(generateKeyPair);

/** Key ring over the `signing_keys` table of the store. */
export function createKeyRing(store: Store): KeyRing {
  store.exec('create table if not exists signing_keys (name text primary key, private_pem text not null)');
  const loaded = new Map<string, Promise<SigningKey>>();
  return (name) => {
    const known = loaded.get(name) ?? loadKey(store, name);
    loaded.set(name, known);
    return known;
  };
}

async function loadKey(store: Store, name: string): Promise<SigningKey> {
  return describeKey(readKey(store, name) ?? (await storeNewKey(store, name)));
}

function readKey(store: Store, name: string): string | undefined {
  const row = store.get<{ private_pem: string }>('select private_pem from signing_keys where name = ?', name);
  return row?.private_pem;
}

async function storeNewKey(store: Store, name: string): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  // Another ring over the same store may have been first.
  store.run('insert or ignore into signing_keys (name, private_pem) values (?, ?)', name, pem);
  return readKey(store, name) ?? pem;
}

async function describeKey(pem: string): Promise<SigningKey> {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, alg: 'RS256', use: 'sig' } };
}
