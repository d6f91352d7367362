/** Which 32 bytes are a public key that can be trusted: points of Ed25519 (RFC 8032, section 5.1.3). */

const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const Y_OF_ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;

/** The y of the eight points of small order: under such a key everybody can sign. */
const SMALL_ORDER: readonly bigint[] = [0n, 1n, P - 1n, Y_OF_ORDER_8, P - Y_OF_ORDER_8];

/** Whether the bytes are a point of the curve, in any encoding of it, and not one of small order. */
export function isUsablePoint(bytes: Uint8Array): boolean {
  const written = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  // The highest bit is the sign of x.
  const y = BigInt.asUintN(255, written) % P;
  return !SMALL_ORDER.includes(y) && isSquare((y * y - 1n) * (D * y * y + 1n));
}

/** Euler's criterion; with it u/v, which is x squared, is looked at as u*v. */
function isSquare(value: bigint): boolean {
  return power(value % P, (P - 1n) / 2n) <= 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = (result * base) % P;
  }
  return result;
}
