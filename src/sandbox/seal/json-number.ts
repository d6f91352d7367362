/** Numbers as serde_json reads and prints them without its arbitrary-precision feature. */

const I64_MIN = -(2n ** 63n);
const U64_MAX = 2n ** 64n - 1n;
/** Far below both bounds: no need to make a BigInt. */
const SAFE_DIGITS = 15;

/** A JSON number: its value for tools, its text for the signed bytes. */
export class JsonNumber {
  readonly value: number;
  /** As the server prints it: `1` and `1.0` differ, `1E2` is `100.0`. */
  readonly text: string;

  private constructor(value: number, text: string) {
    this.value = value;
    this.text = text;
  }

  /** Reads a number of the JSON grammar; undefined when it is beyond a double. */
  static parse(source: string): JsonNumber | undefined {
    const value = Number(source);
    if (!Number.isFinite(value)) return undefined;
    return new JsonNumber(value, isInteger(source) ? source : printDouble(value));
  }
}

function isInteger(source: string): boolean {
  if (!/^-?\d+$/.test(source) || source === '-0') return false;
  if (source.length <= SAFE_DIGITS) return true;
  const value = BigInt(source);
  return value >= I64_MIN && value <= U64_MAX;
}

/** Fixed notation for 1e-5 <= |value| < 1e16 and zero, always with a fraction; else a signed exponent. */
function printDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-5 || size >= 1e16)) return value.toExponential();
  const fixed = String(value);
  return fixed.includes('.') ? fixed : `${fixed}.0`;
}
