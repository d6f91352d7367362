/** docs/seal.md against node:crypto alone, and against the code. */
import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, describe, expect, it } from 'vitest';
import { toAegisError } from '../../src/runtime/seal-errors.js';
import { canonicalize, createCanonicalMessage } from '../../src/seal/canonical.js';
import { createSealEnvelope, type McpPayload, serializeEnvelope } from '../../src/seal/envelope.js';
import { SEAL_ERROR_CODES, SealError } from '../../src/seal/errors.js';
import { Journal } from '../../src/seal/journal.js';
import { Ed25519Key, verifyEd25519 } from '../../src/seal/keys.js';
import type { OutcomeStatus } from '../../src/seal/outcome.js';
import { signRestStatement } from '../../src/seal/receipt.js';
import { readAttestFailure, readInvokeFailure } from '../../src/seal/refusals.js';
import type { SealResponse } from '../../src/seal/transport.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { errorOf } from '../seal/_vectors.js';
import { jobs, judge } from './_seal-envelopes.js';
import { block, rows, tables } from './_seal-page.js';

const seed = Buffer.from(block('text example-seed'), 'hex');
const publicKey = Buffer.from(block('text example-public-key'), 'base64');
const token = block('text example-token');
const payload: McpPayload = JSON.parse(block('json example-payload'));
const timestamp = block('text example-timestamp');
const canonical = block('json example-canonical');
const signature = block('text example-signature');
const bodies = { rfc3339: block('json example-body-orchestrator'), unix: block('json example-body-gateway') };
const SECONDS = 1_772_357_400;
const now = () => SECONDS * 1000 + 250;

describe('the worked example, by node:crypto alone', () => {
  // DER of PKCS #8 and of SubjectPublicKeyInfo around 32 bytes (RFC 8410).
  const privateKey = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });

  it('has the public key of the seed', () => {
    const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    expect(spki.toString('hex')).toBe(`302a300506032b6570032100${publicKey.toString('hex')}`);
  });

  it('has the canonical text in the bytes, length and digest that it tells', () => {
    const bytes = Buffer.from(block('text example-canonical-hex').replaceAll('\n', ''), 'hex');
    expect(bytes.toString()).toBe(canonical);
    expect(bytes).toHaveLength(335);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(block('text example-sha256'));
  });

  it('has the signature of these bytes', () => {
    expect(sign(null, Buffer.from(canonical), privateKey).toString('base64')).toBe(signature);
    const isValid = verify(
      null,
      Buffer.from(canonical),
      createPublicKey(privateKey),
      Buffer.from(signature, 'base64'),
    );
    expect(isValid).toBe(true);
  });

  it('signs token, payload and whole seconds of the time of signing', () => {
    expect(Math.floor(Date.parse(timestamp) / 1000)).toBe(SECONDS);
    expect(JSON.parse(canonical)).toEqual({ payload, security_token: token, timestamp: SECONDS });
  });

  it('has bodies with the signed text of the payload, in the form of each server', () => {
    const text = canonical.slice('{"payload":'.length, canonical.indexOf(',"security_token"'));
    for (const [form, stamp] of [
      ['rfc3339', timestamp],
      ['unix', SECONDS],
    ] as const) {
      const members = { protocol: 'seal/v1', security_token: token, signature, payload, timestamp: stamp };
      expect(JSON.parse(bodies[form])).toEqual(members);
      expect(bodies[form].startsWith(`{"payload":${text},"protocol":`)).toBe(true);
    }
  });
});

describe('the worked example, by this package', () => {
  const key = Ed25519Key.fromSeed(seed);

  it('is what the package signs and sends', () => {
    expect(key.getPublicKeyBase64()).toBe(block('text example-public-key'));
    expect(Buffer.from(createCanonicalMessage(token, payload, SECONDS)).toString()).toBe(canonical);
    for (const timestampFormat of ['rfc3339', 'unix'] as const) {
      const envelope = createSealEnvelope(token, payload, key, { now, timestampFormat });
      expect(serializeEnvelope(envelope)).toBe(bodies[timestampFormat]);
    }
  });

  it.each(['rfc3339', 'unix'] as const)('verifies with the timestamp as %s', (timestampFormat) => {
    const verified = verifySealEnvelope(JSON.parse(bodies[timestampFormat]), publicKey, 30, {
      now,
      timestampFormat,
    });
    expect(verified).toEqual(payload);
  });
});

describe('what the page says is refused', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  const nested = (levels: number): unknown => (levels === 0 ? 0 : [nested(levels - 1)]);
  const values: readonly unknown[][] = [
    [2 ** 53],
    [0.00001, 1e-300],
    [1234567890.1234567],
    [Number.NaN, Number.POSITIVE_INFINITY],
    ['\ud800'],
    [nested(120)],
    [undefined, 1n],
    [new Date(0), new Map()],
    [{ [Symbol('s')]: 1 }],
    [cycle],
  ];

  const cases = rows('| value | refused as |').map(([what = '', texts = ''], index) => {
    const said = texts.split('`, `').map((text) => text.replaceAll('`', ''));
    return { what, said, examples: values[index] ?? [] };
  });

  it.each(cases)('$what', ({ said, examples }) => {
    expect(examples.length).toBeGreaterThanOrEqual(said.length);
    for (const [index, example] of examples.entries()) {
      const text = said[Math.min(index, said.length - 1)];
      const path =
        text?.startsWith('nested') || text === 'a cycle' ? expect.stringMatching(/^\/size\/0/) : '/size';
      expect(errorOf(() => canonicalize({ size: example }))).toMatchObject({ code: 'unsafe_value', path });
      expect(() => canonicalize({ size: example })).toThrow(` is ${text}.`);
    }
  });

  it('is named by a path that starts at the payload, or at the signed object', () => {
    const key = Ed25519Key.fromSeed(seed);
    const unsafe = { ...payload, params: { arguments: { size: 2 ** 53 } } };
    const text = 'Cannot be signed: /params/arguments/size is an integer beyond ±(2^53-1).';
    expect(() => createSealEnvelope(token, unsafe, key)).toThrow(text);
    expect(errorOf(() => createCanonicalMessage(token, unsafe, 0))).toMatchObject({
      path: '/payload/params/arguments/size',
    });
    const deep = { ...payload, params: { a: nested(118) } };
    expect(errorOf(() => createSealEnvelope(token, deep, key))).toMatchObject({
      path: expect.stringMatching(/^\/payload\/params\/a\/0/),
    });
  });

  it('counts the points of small order, whatever their sign bit', () => {
    const points = block('text small-order-points').split('\n');
    expect(points).toHaveLength(5);
    for (const point of points) {
      const bytes = Buffer.from(point, 'hex');
      for (const sign of [0, 0x80]) {
        bytes[31] = (bytes[31] ?? 0) | sign;
        // With R = A and S = 0 the equation holds for a key of order one, whatever the message.
        expect(verifyEd25519(bytes, Buffer.from('m'), Buffer.concat([bytes, Buffer.alloc(32)]))).toBe(false);
      }
    }
  });
});

describe('the tables of answers', () => {
  const marked = (code: string | undefined): [string, boolean] => [
    String(code).replace(/[`† ]/g, ''),
    code?.endsWith('†') ?? false,
  ];
  const respond = (status: number, text: string): SealResponse => ({ status, headers: {}, text });
  const json = (body: unknown): string => JSON.stringify(body);
  const read = (status: number, text: string): [string, boolean] => {
    const { code, mayHaveRun } = readInvokeFailure(respond(status, text), undefined);
    return [code, mayHaveRun];
  };
  const bodyOf = (cell = ''): string => (cell === 'empty' ? '' : cell === 'text' ? 'some text' : cell);

  it.each(rows('| text begins | code |'))('orchestrator: %s', (text, code) => {
    expect(read(400, json({ error: `${text}: more` }))).toEqual(marked(code));
  });

  it.each(rows('| HTTP | number | message | code |'))(
    'gateway: %s %s %s',
    (status, number, message, code) => {
      const error = { code: Number(number), message, timestamp, request_id: 'r' };
      expect(read(Number(status), json({ protocol: 'seal/v1', status: 'error', error }))).toEqual(
        marked(code),
      );
    },
  );

  it.each(rows('| HTTP | body | code |'))('others: %s %s', (status, body, code) => {
    expect(read(Number(status), bodyOf(body))).toEqual(marked(code));
  });

  it.each(rows('| HTTP | body of the refusal | code |'))('attestation: %s %s', (status, body, code) => {
    const error = readAttestFailure(respond(Number(status), bodyOf(body)));
    expect([error.code, error.mayHaveRun]).toEqual(marked(code));
  });

  it('list every code with its number, the error of the tool and the next step', () => {
    const expected = SEAL_ERROR_CODES.map((code) => {
      const error = new SealError(code, 'm');
      const told = toAegisError(error);
      return [code, String(error.wireCode ?? '–'), Object(told).code, error.next];
    });
    const written = rows('| code | number | error of the tool | meaning | next step |');
    expect(written.map(([code, number, tool, , next]) => [code, number, tool, next])).toEqual(expected);
  });
});

describe('the entries of a journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seal-page-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Rows of a journal with one finished REST call, read as the page describes the file. */
  async function record(): Promise<{ seq: unknown; hash: unknown; entry: string }[]> {
    const journal = await Journal.open(join(folder, 'journal.db'));
    const key = Ed25519Key.fromSeed(seed);
    const envelope = signRestStatement('id-1', 'tool', { method: 'POST', path: '/v1/x?y=1' }, key, now());
    const public_key = key.getPublicKeyBase64();
    const session_id = null;
    journal.begin({
      id: 'id-1',
      at: timestamp,
      tool: 'tool',
      actor: 'a',
      tenant: null,
      via: 'rest',
      envelope,
      public_key,
      session_id,
    });
    journal.finish({ id: 'id-1', at: timestamp, status: 'ok' });
    journal.close();
    const database = new Database(join(folder, 'journal.db'), { readonly: true });
    const found: unknown[] = database.prepare('SELECT seq, hash, entry FROM entries ORDER BY seq').all();
    database.close();
    return found.map((row) => Object(row));
  }
  /** Names in the first column of a table. */
  const members = (table: string[][]): string[] =>
    table.flatMap(([cell = '']) => cell.replaceAll('`', '').split(', '));

  it('have the members, hashes and chain that the page tells', async () => {
    const [common = [], begin = []] = tables('| member | what |');
    const [first, second] = await record();
    const [opened, closed] = [JSON.parse(first?.entry ?? ''), JSON.parse(second?.entry ?? '')];
    expect(Object.keys(opened).sort()).toEqual(members([...common, ...begin]).sort());
    expect(Object.keys(closed).sort()).toEqual([...members(common), 'id', 'outcome', 'detail'].sort());
    expect([opened.seq, opened.previous, opened.outcome]).toEqual([1, '0'.repeat(64), 'unknown']);
    expect([closed.seq, closed.previous, closed.outcome]).toEqual([2, first?.hash, 'ok']);
    expect(
      createHash('sha256')
        .update(first?.entry ?? '')
        .digest('hex'),
    ).toBe(first?.hash);
    expect(Object.keys(opened.envelope.payload).sort()).toEqual([
      'body_sha256',
      'id',
      'method',
      'path',
      'tool',
    ]);
  });

  it('have one of the outcomes that the page tells', () => {
    const told = rows('| outcome | what |').map(([outcome]) => outcome);
    const known: Record<OutcomeStatus, true> = { ok: true, failed: true, denied: true, unknown: true };
    expect(told).toEqual(Object.keys(known));
  });
});

describe('the verifiers of the page', () => {
  const input = jobs.map((job) => JSON.stringify(job)).join('\n');

  it('in JavaScript accepts what is signed here, of every kind, and nothing that was changed', () => {
    const program = `${block('js verify')}
      import { readFileSync } from 'node:fs';
      for (const line of readFileSync(0, 'utf8').split('\\n')) {
        const { text, key, now } = JSON.parse(line);
        try {
          verifyEnvelope(text, Buffer.from(key, 'base64'), 30, now);
          console.log('true');
        } catch {
          console.log('false');
        }
      }`;
    expect(judge(process.execPath, ['--input-type=module', '--eval', program], { input })).toEqual([]);
  });

  const minor = /go1\.(\d+)/.exec(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout ?? '')?.[1];
  // A cold build cache costs as long as a tenth of the suite.
  const isWanted = process.env.VERIFY_GO === '1';
  const hasGo = isWanted && Number(minor ?? 0) >= 23;
  if (!hasGo) process.stderr.write('Skipped: verification in Go wants VERIFY_GO=1 and go >= 1.23.\n');

  it.skipIf(!hasGo)('in Go does the same', { timeout: 120_000 }, () => {
    const cwd = mkdtempSync(join(tmpdir(), 'seal-go-'));
    try {
      mkdirSync(join(cwd, 'seal'));
      writeFileSync(join(cwd, 'seal', 'seal.go'), block('go verify'));
      writeFileSync(join(cwd, 'go.mod'), 'module example\n\ngo 1.23\n');
      writeFileSync(join(cwd, 'main.go'), GO_PROGRAM);
      const env = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '', GOPROXY: 'off', GOWORK: 'off' };
      expect(judge('go', ['run', '.'], { input, cwd, env })).toEqual([]);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

const GO_PROGRAM = `package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"example/seal"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var job struct {
			Text string
			Key  []byte
			Now  int64
		}
		if err := json.Unmarshal(lines.Bytes(), &job); err != nil {
			panic(err)
		}
		_, err := seal.Verify([]byte(job.Text), job.Key, 30, time.Unix(job.Now, 0))
		fmt.Println(err == nil)
	}
}
`;
