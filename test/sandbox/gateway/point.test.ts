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

it.each([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
])('the point of small order %s is not usable', (encoding) => {
  expect(isUsablePoint(Buffer.from(encoding, 'hex'))).toBe(false);
});

function judge(bytes: Uint8Array): boolean {
  try {
    return !Point.fromBytes(bytes, true).isSmallOrder();
  } catch {
    return false;
  }
}
