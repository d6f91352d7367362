/** `aegis-mcp seal …` of the built program: no orchestrator, no configuration, files and stdin only. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { Journal } from '../../src/seal/journal.js';
import { makeReceipt } from '../seal/_journal.js';
import { createKey, signListing } from './_envelope.js';
import { agentManifest } from './_manifests.js';
import { type Finished, run } from './_program.js';
import { type Json, openTools } from './_tools.js';

const NO_SUCH = 'dGhpcyBpcyBub3QgdGhlIGtleSBvZiB0aGUgc2lnbmVyLi4=';
let sandbox: Sandbox;
let folder: string;
/** A journal with an archive, three calls and the receipt of the last. */
let journal: string;
let receipt: Json;
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  folder = mkdtempSync(join(tmpdir(), 'aegis-receipts-cli-'));
  journal = join(folder, 'journal.db');
  const env = { AEGIS_TOKEN: await sandbox.issueToken() };
  const tools = openTools({ url: sandbox.url, journal, journalMaxMb: '1' }, env);
  const big = { name: 'aegis.agent.list', arguments: { note: 'x'.repeat(900_000) } };
  await tools.must('invoke_seal', big);
  await tools.must('invoke_seal', big);
  await tools.must('deploy_agent', { manifest: agentManifest('kept') });
  const { receipts } = await tools.must('get_receipt', { limit: 1 });
  const id = Object(receipts)[0].id;
  receipt = await tools.must('get_receipt', { id, include_envelope: true });
  await tools.close();
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** A setting that would stop any other command. */
const BROKEN = { AEGIS_PORT: 'x', AEGIS_MCP_PORT: 'x', AEGIS_URL: 'nonsense' };

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function expectRefusal({ code, stdout, stderr }: Finished, problem: string): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Error [a-z_]+: .+\nNext: .+\n$/);
  expect(stderr).toContain(problem);
}

describe('seal verify-journal', () => {
  it('says what a sound journal with its archive holds', async () => {
    const { code, stdout, stderr } = await run(['seal', 'verify-journal', journal], { env: BROKEN });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^The journal \S+ is sound\.\nentries: 7 in 2 files \(journal\.db\.000000000001-000000000004, journal\.db\)\nhead: entry 7 [0-9a-f]{64}\ncalls with outcome unknown: 0\n$/,
    );
  });

  it('--json prints the findings, also what one file continues', async () => {
    const copy = join(folder, 'copy.db');
    copyFileSync(journal, copy);
    const { code, stdout } = await run(['seal', 'verify-journal', copy, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      valid: true,
      entries: 3,
      head: { seq: 7, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      files: ['copy.db'],
      continues: { seq: 4, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      unfinished: [],
    });
  });

  it('names the first broken link of a changed journal and ends with 1', async () => {
    const changed = join(folder, 'changed.db');
    copyFileSync(journal, changed);
    const database = new Libsql(changed);
    database.exec('DROP TRIGGER entries_no_update');
    database.exec("UPDATE entries SET entry = replace(entry, 'deploy_agent', 'delete_agent') WHERE seq = 6");
    database.close();
    const { code, stdout } = await run(['seal', 'verify-journal', changed]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'is broken.\nfirst broken link: entry 6 in changed.db: the entry does not match its hash\n',
    );
  });

  it('shows what a journal holds of lines and terminal sequences, and does not act it out', async () => {
    const forged = join(folder, 'forged.db');
    const opened = await Journal.open(forged);
    const id = 'x\nhead: entry 9 \u001b[2J\u202e';
    opened.begin({ ...makeReceipt(), id });
    opened.close();
    const { stdout } = await run(['seal', 'verify-journal', forged]);
    expect(stdout).toMatch(
      /\ncalls with outcome unknown: 1\n {2}x\\u\{a\}head: entry 9 \\u\{1b\}\[2J\\u\{202e\}\n$/,
    );
  });

  it('says that there is no journal, and makes none', async () => {
    const nowhere = join(folder, 'nowhere.db');
    expectRefusal(await run(['seal', 'verify-journal', nowhere]), `There is no journal at ${nowhere}.`);
    expect(existsSync(nowhere)).toBe(false);
  });

  it('says of another file that it is no journal', async () => {
    const garbage = file(
      'garbage.db',
      'this is no database, but long enough to be read as the header of one',
    );
    const { code, stdout, stderr } = await run(['seal', 'verify-journal', garbage]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Error invalid_configuration: .*not a database\nNext: The file is no journal/);
  });
});

describe('seal verify', () => {
  const { public_key: spki, privateKey } = createKey();
  const raw = Buffer.from(spki, 'base64').subarray(-32);
  const pem = String(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }));
  const envelope = signListing('token.of.somebody', privateKey);

  it.each<[string, () => string]>([
    ['base64', () => raw.toString('base64')],
    ['base64url', () => raw.toString('base64url')],
    ['hex', () => raw.toString('hex')],
    ['base64 of the SPKI DER', () => spki],
    ['PEM', () => pem],
    ['a file of PEM', () => file('key.pem', pem)],
    ['a file of base64', () => file('key.txt', `${raw.toString('base64')}\n`)],
  ])('takes the public key as %s', async (_form, key) => {
    const path = file('envelope.json', envelope);
    const { code, stdout, stderr } = await run(['seal', 'verify', path, '--public-key', key()], {
      env: BROKEN,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('The signature is valid.\nprotocol: seal/v1\n');
    expect(stdout).toContain('"name": "aegis.agent.list"');
  });

  it('reads stdin, and --json says what was signed', async () => {
    const stdin = JSON.stringify(envelope);
    const { code, stdout } = await run(['seal', 'verify', '-', '--public-key', spki, '--json'], { stdin });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      valid: true,
      protocol: 'seal/v1',
      signed_at: envelope.timestamp,
      age_seconds: expect.any(Number),
      public_key: raw.toString('base64'),
      key_source: 'given',
      security_token_sha256: 'e4fe81d1b6fcdd4cfceb392c06d19b4543a701df065e0349482da0fc38621afb',
      payload: envelope.payload,
    });
  });

  it.each([
    ['RFC 3339', '2026-02-17T14:32:01Z'],
    ['whole seconds', 1_771_338_721],
  ])(
    'takes an old envelope with a timestamp in %s, and its age only when asked',
    async (_form, timestamp) => {
      const path = file('old.json', signAt(1_771_338_721, timestamp, privateKey));
      const valid = await run(['seal', 'verify', path, '--public-key', spki]);
      expect([valid.code, valid.stderr]).toEqual([0, '']);
      expect(valid.stdout).toMatch(/signed at: 2026-02-17T14:32:01\.000Z \(\d+ s ago\)/);
      const old = await run(['seal', 'verify', path, '--public-key', spki, '--max-age-seconds', '30']);
      expect(old.code).toBe(1);
      expect(old.stdout).toMatch(
        /^Not valid: stale: The signature is valid, but its timestamp is \d+ s old: more than 30 s\.\n$/,
      );
    },
  );

  it('takes a receipt as get_receipt gives it, with the key in it or one noted elsewhere', async () => {
    const path = file('receipt.json', receipt);
    const own = await run(['seal', 'verify', path, '--json']);
    expect([own.code, JSON.parse(own.stdout)]).toMatchObject([0, { valid: true, key_source: 'receipt' }]);
    expect(own.stdout).toContain('aegis.agent.create');
    const other = await run(['seal', 'verify', path, '--public-key', spki]);
    expect([other.code, other.stdout]).toEqual([
      1,
      'Not valid: signature_invalid: Ed25519 signature verification failed.\n',
    ]);
  });

  it('shows what a payload holds of characters that hide or reorder text', async () => {
    const stdin = JSON.stringify(signAt(1_771_338_721, 1_771_338_721, privateKey, 'a\u009b2J\u202eb\u200b'));
    const { code, stdout } = await run(['seal', 'verify', '-', '--public-key', spki], { stdin });
    expect([code, stdout]).toEqual([0, expect.stringContaining('"name": "a\\u{9b}2J\\u{202e}b\\u{200b}"\n')]);
  });

  it('refuses a time that no calendar has', async () => {
    const stdin = JSON.stringify(signAt(9_007_199_254_740_991, 9_007_199_254_740_991, privateKey));
    const { code, stdout } = await run(['seal', 'verify', '-', '--public-key', spki], { stdin });
    expect([code, stdout]).toEqual([1, "Not valid: malformed: Missing or invalid 'timestamp' field.\n"]);
  });

  it('takes no file for the key that a receipt brings', async () => {
    const stdin = JSON.stringify({ envelope, public_key: file('own-key.pem', pem) });
    expectRefusal(
      await run(['seal', 'verify', '-'], { stdin }),
      'The public_key of the receipt is no Ed25519',
    );
  });

  it('refuses a changed envelope', async () => {
    const payload = { ...envelope.payload, id: 'another' };
    const stdin = JSON.stringify({ ...envelope, payload });
    const { code, stdout } = await run(['seal', 'verify', '-', '--public-key', spki], { stdin });
    expect([code, stdout]).toEqual([
      1,
      'Not valid: signature_invalid: Ed25519 signature verification failed.\n',
    ]);
  });

  it.each<[string, readonly string[], string, string]>([
    [
      'no file',
      ['seal', 'verify', '/nowhere.json', '--public-key', NO_SUCH],
      '',
      'The envelope cannot be read',
    ],
    ['no JSON', ['seal', 'verify', '-', '--public-key', NO_SUCH], 'x', 'not a JSON object'],
    [
      'no envelope',
      ['seal', 'verify', '-', '--public-key', NO_SUCH],
      '{}',
      'neither an envelope nor a receipt',
    ],
    ['no key', ['seal', 'verify', '-'], '{"signature":"x"}', 'An envelope does not tell its public key.'],
    [
      'a bad key',
      ['seal', 'verify', '-', '--public-key', 'abc'],
      '{"signature":"x"}',
      '--public-key is no Ed25519',
    ],
    ['a bad age', ['seal', 'verify', '-', '--max-age-seconds', '-1'], '{}', '--max-age-seconds'],
    [
      'a receipt without its token',
      ['seal', 'verify', '-'],
      '{"token_withheld":true}',
      'include_envelope: true',
    ],
  ])('ends with 2 for %s', async (_what, args, stdin, problem) => {
    expectRefusal(await run(args, { stdin }), problem);
  });
});

it.each([
  [['seal', '--help'], 'verify-journal'],
  [['seal', 'verify', '--help'], '--public-key <key>'],
  [['--help'], 'seal'],
])('%j tells of it', async (args, text) => {
  const { code, stdout } = await run(args);
  expect(code).toBe(0);
  expect(stdout).toContain(text);
  expect(args[0] === 'seal' && stdout.includes('AEGIS_URL')).toBe(false);
});

/** An envelope signed long ago. Members are written in canonical order. */
function signAt(seconds: number, timestamp: string | number, key: KeyObject, name = 'aegis.agent.list') {
  const params = { arguments: {}, name };
  const payload = { id: '1', jsonrpc: '2.0', method: 'tools/call', params };
  const message = Buffer.from(JSON.stringify({ payload, security_token: 't', timestamp: seconds }));
  const signature = sign(null, message, key).toString('base64');
  return { protocol: 'seal/v1', security_token: 't', signature, payload, timestamp };
}
