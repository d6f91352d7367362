/** Envelopes of all kinds, made here, for verifiers in other languages; and those verifiers, run as programs. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { createSealEnvelope, serializeEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';

/** One line of a verifier's input; the answer is one line, `true` or `false`. */
export interface Job {
  readonly title: string;
  /** Text of the envelope. */
  readonly text: string;
  /** Base64. */
  readonly key: string;
  /** Unix seconds at which it is verified, with a window of 30 s. */
  readonly now: number;
  readonly isValid: boolean;
}

const NOW = 1_772_357_400;
const key = Ed25519Key.fromSeed(new Uint8Array(32).fill(7));
const TOKEN = 'a.tökén.b';

/** Arguments of each kind that canonical JSON has something to say about. */
export const ARGUMENTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'no arguments': {},
  'text beyond ASCII': { héllo: 'grüße, 你好, שלום', nfc: '\u00e9', nfd: 'e\u0301' },
  'emoji keys beside keys of U+FFxx': { '\u{1f600}': 1, '\uff5e': 2, '\ue000': 3, z: 4, '\u{10ffff}': 5 },
  'keys that sort by code point': { a: 1, Z: 2, _: 3, aa: 4, 'a b': 5, '10': 6, '9': 7, '': 8 },
  nesting: { b: [{ z: 1, a: [[], {}, [null, true, false]] }], a: { y: { x: { w: 'v' } } } },
  integers: { zero: 0, negative: -17, large: 9_007_199_254_740_991, small: -9_007_199_254_740_991 },
  fractions: { a: 0.5, b: -0.0001, c: 123456.789, d: 99999999999999.5, e: 0.1, f: 1.00000000000001 },
  escapes: { text: '"\\/\b\t\n\f\r\u0000\u001f\u007f\u2028\u2029<>&' },
  '__proto__ as a key': JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  'JSON in a text': { text: '{"a":[1, 2],"b":"\\u00e9"}' },
};

/** A tool call as it is signed. */
export const payloadOf = (id: string | number, args: Readonly<Record<string, unknown>>) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'tool', arguments: args },
});

function sign(id: string | number, args: Readonly<Record<string, unknown>>, isUnix: boolean): string {
  const options = { now: () => NOW * 1000 + 999, timestampFormat: isUnix ? 'unix' : 'rfc3339' } as const;
  return serializeEnvelope(createSealEnvelope(TOKEN, payloadOf(id, args), key, options));
}

const valid = (title: string, text: string, now = NOW): Job => ({
  title,
  text,
  key: key.getPublicKeyBase64(),
  now,
  isValid: true,
});
const invalid = (title: string, text: string, now = NOW): Job => ({
  ...valid(title, text, now),
  isValid: false,
});

/** The same members in another order, and with blanks between them: nothing that is signed has changed. */
function disarrange(text: string): string {
  const { payload, ...rest } = JSON.parse(text);
  return JSON.stringify(
    { ...rest, extra: 1, payload: Object.fromEntries(Object.entries(payload).reverse()) },
    null,
    2,
  );
}

const plain = sign('id-1', { path: '/workspace/a' }, true);
const signatureOf = (text: string): string => JSON.parse(text).signature;
/** A key of small order with the signature that fits every message (R the neutral point, S zero). */
const neutral = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
const forged = Buffer.concat([neutral, Buffer.alloc(32)]).toString('base64');

export const jobs: readonly Job[] = [
  ...Object.entries(ARGUMENTS).flatMap(([title, args], index) => [
    valid(title, sign(`id-${index}`, args, false)),
    valid(`${title}, for the gateway`, sign(index, args, true)),
    valid(`${title}, in another order`, disarrange(sign(`id-${index}`, args, false))),
  ]),
  valid('an age of 30 s', plain, NOW + 30),
  valid('a stamp 30 s ahead', plain, NOW - 30),
  invalid('an age of 31 s', plain, NOW + 31),
  invalid('a stamp 31 s ahead', plain, NOW - 31),
  invalid('a changed byte of an argument', plain.replace('/workspace/a', '/workspace/b')),
  invalid('a changed id', plain.replace('id-1', 'id-2')),
  invalid('another token', plain.replace('tökén', 'token')),
  invalid('another second', plain.replace(String(NOW), String(NOW + 1))),
  invalid('another protocol', plain.replace('seal/v1', 'seal/v2')),
  invalid('a removed member', plain.replace('"jsonrpc":"2.0",', '')),
  invalid('an added member', plain.replace('"jsonrpc":"2.0"', '"jsonrpc":"2.0","x":1')),
  invalid(
    'a signature in base64url',
    plain.replace(signatureOf(plain), signatureOf(plain).replaceAll('+', '-').replaceAll('/', '_')),
  ),
  invalid(
    'a signature with a stray bit',
    plain.replace(signatureOf(plain), withStrayBit(signatureOf(plain))),
  ),
  invalid('a signature without padding', plain.replace('=="', '"')),
  invalid('a signature with a newline', plain.replace('=="', '==\\n"')),
  invalid('no signature', plain.replace(signatureOf(plain), '')),
  invalid('half of an envelope', plain.slice(0, 100)),
  invalid('a time without offset', sign('id-1', {}, false).replace('999Z', '999')),
  { ...invalid('a key of 31 bytes', plain), key: Buffer.alloc(31, 9).toString('base64') },
  {
    ...invalid('another key', plain),
    key: Buffer.from(Ed25519Key.fromSeed(new Uint8Array(32).fill(8)).getPublicKeyBytes()).toString('base64'),
  },
  {
    ...invalid('a key of small order', plain.replace(signatureOf(plain), forged)),
    key: neutral.toString('base64'),
  },
];

/** The last character before the padding with a bit that stands for nothing. */
function withStrayBit(signature: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = alphabet.indexOf(signature.charAt(85));
  return `${signature.slice(0, 85)}${alphabet.charAt(last + 1)}==`;
}

/** Runs a verifier on the jobs; gives the titles of those that it answered wrongly. */
export function judge(command: string, args: readonly string[], options: SpawnSyncOptions): string[] {
  const { stdout, stderr, status, error } = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  const answers = stdout.trim().split(/\r?\n/);
  if (answers.length !== jobs.length)
    throw new Error(`${command}: ${answers.length} answers to ${jobs.length} jobs`);
  return jobs.filter(({ isValid }, index) => answers[index] !== String(isValid)).map(({ title }) => title);
}
