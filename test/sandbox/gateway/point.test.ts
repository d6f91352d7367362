import { generateKeyPairSync } from 'node:crypto';
import { Point } from '@noble/ed25519';
import { expect, it } from 'vitest';
import { isUsablePoint } from '../../../src/sandbox/gateway/invoke/point.js';

it('every generated key is usable', () => {
  for (let count = 0; count < 20; count += 1) {
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(isUsablePoint(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32))).toBe(true);
  }
});

it('any bytes are judged as another implementation does', () => {
  for (let count = 0; count < 200; count += 1) {
    const bytes = Buffer.alloc(32, count);
    bytes[0] = count * 7;
    expect([bytes.toString('hex'), isUsablePoint(bytes)]).toEqual([bytes.toString('hex'), judge(bytes)]);
  }
});

function judge(bytes: Uint8Array): boolean {
  try {
    return !Point.fromBytes(bytes, true).isSmallOrder();
  } catch {
    return false;
  }
}
