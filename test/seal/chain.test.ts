import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/seal/journal.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { hash, type Receipt, signRestStatement, writeEntry } from '../../src/seal/receipt.js';
import { makeReceipt, readEntry, writeCalls } from './_journal.js';
import { makeFolder } from './_process.js';

const GENESIS = '0000000000000000000000000000000000000000000000000000000000000000';
const AT = '2026-02-17T14:32:02.000Z';
let folder: ReturnType<typeof makeFolder>;
let path: string;

beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'journal.db');
});

afterEach(() => folder.remove());

/** What somebody with the file and a SQLite shell can do. */
function tamper(sql: string, ...values: readonly (string | number)[]): void {
  const database = new Libsql(path);
  database.exec('DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete');
  database.exec('DROP INDEX entries_by_id; DROP INDEX entries_by_actor; DROP INDEX entries_by_kind');
  database.prepare(sql).run(...values);
  database.close();
}

describe('tampering', () => {
  it.each([
    [
      'a changed entry',
      "UPDATE entries SET entry = replace(entry, 'alice', 'mallory') WHERE seq = 3",
      'the entry does not match its hash',
    ],
    [
      'a changed hash',
      `UPDATE entries SET hash = '${GENESIS}' WHERE seq = 3`,
      'the entry does not match its hash',
    ],
    ['a deleted entry', 'DELETE FROM entries WHERE seq = 3', 'entry 3 is missing'],
    ['a deleted call', 'DELETE FROM entries WHERE seq IN (3, 4)', 'entry 3 is missing'],
    [
      'an entry that is no text of JSON',
      `UPDATE entries SET entry = 'x', hash = '${hash('x')}' WHERE seq = 3`,
      'the entry is not that of its place',
    ],
  ])('%s is named', async (_title, sql, reason) => {
    await writeCalls(path, 3);
    tamper(sql);
    const report = await verifyJournal(path);
    expect(report).toEqual({
      entries: 2,
      head: { seq: 2, hash: hash(readEntry(path, 2)) },
      files: ['journal.db'],
      unfinished: [],
      broken: { file: 'journal.db', seq: 3, reason },
    });
  });

  it('a forged entry with a hash of its own breaks the chain after it', async () => {
    await writeCalls(path, 3);
    const forged = writeEntry({ ...JSON.parse(readEntry(path, 4)), outcome: 'failed' });
    tamper('UPDATE entries SET entry = ?, hash = ? WHERE seq = 4', forged, hash(forged));
    expect(await verifyJournal(path)).toMatchObject({
      broken: { seq: 5, reason: 'the entry does not follow the one before it' },
    });
  });

  it('an entry beyond all numbers that can be counted to is named', async () => {
    await writeCalls(path, 1);
    tamper('INSERT INTO entries (seq, hash, entry) VALUES (9223372036854775807, ?, ?)', hash('{}'), '{}');
    expect(await verifyJournal(path)).toMatchObject({
      entries: 2,
      broken: { seq: 3, reason: 'entry 3 is missing' },
    });
  });

  it('swapped entries are named', async () => {
    await writeCalls(path, 2);
    const second = readEntry(path, 3);
    tamper('UPDATE entries SET entry = ?, hash = ? WHERE seq = 1', second, hash(second));
    expect(await verifyJournal(path)).toMatchObject({
      broken: { seq: 1, reason: 'the entry is not that of its place' },
    });
  });

  it('entries cut off at the end show in the head', async () => {
    await writeCalls(path, 2);
    const { head } = await verifyJournal(path);
    tamper('DELETE FROM entries WHERE seq > 2');
    const report = await verifyJournal(path);
    expect(report).toMatchObject({ entries: 2, unfinished: [] });
    expect(report.head).not.toEqual(head);
  });

  /** Appends an entry with a sound hash and chain, as somebody with the file could. */
  async function appendForged(body: Record<string, unknown>): Promise<void> {
    const { entries, head } = await verifyJournal(path);
    const entry = writeEntry({ ...body, seq: entries + 1, previous: head.hash });
    tamper('INSERT INTO entries (seq, hash, entry) VALUES (?, ?, ?)', entries + 1, hash(entry), entry);
  }

  const other = () => Ed25519Key.generate().getPublicKeyBase64();
  const statement = (id: string, path_: string) => {
    const key = Ed25519Key.generate();
    const envelope = signRestStatement(
      id,
      'delete_agent',
      { method: 'DELETE', path: '/v1/agents/1' },
      key,
      0,
    );
    const payload = { ...envelope.payload, path: path_ };
    return { via: 'rest', envelope: { ...envelope, payload }, public_key: key.getPublicKeyBase64() };
  };

  it.each<[string, (receipt: Receipt) => Record<string, unknown>, string]>([
    [
      'a receipt under another key',
      (r) => ({ kind: 'begin', ...r, public_key: other() }),
      'the signature of the receipt is not valid',
    ],
    [
      'a receipt for another token',
      (r) => ({ kind: 'begin', ...r, envelope: { ...r.envelope, security_token: 'x' } }),
      'the signature of the receipt is not valid',
    ],
    [
      'a receipt without envelope',
      ({ envelope: _, ...r }) => ({ kind: 'begin', ...r }),
      'the signature of the receipt is not valid',
    ],
    [
      'a receipt for another path',
      (r) => ({ kind: 'begin', ...r, ...statement(r.id, '/v1/agents/2') }),
      'the signature of the receipt is not valid',
    ],
    [
      'an outcome of no call',
      () => ({ kind: 'finish', id: randomUUID(), at: AT, outcome: 'ok', detail: null }),
      'the call is not under way',
    ],
    [
      'a statement under the id of another call',
      (r) => ({ kind: 'begin', ...r, ...statement(randomUUID(), '/v1/agents/1') }),
      'the receipt names another call than the one signed',
    ],
    [
      'a statement under the name of another tool',
      (r) => ({ kind: 'begin', ...r, ...statement(r.id, '/v1/agents/1'), tool: 'deploy_agent' }),
      'the receipt names another call than the one signed',
    ],
    [
      'a statement in the place of an envelope',
      (r) => ({ kind: 'begin', ...r, ...statement(r.id, '/v1/agents/1'), via: 'seal' }),
      'the receipt names another call than the one signed',
    ],
    [
      'an envelope in the place of a statement',
      (r) => ({ kind: 'begin', ...r, via: 'rest' }),
      'the receipt names another call than the one signed',
    ],
    ['an entry of another kind', ({ id }) => ({ kind: 'note', id }), 'the entry is of no known kind'],
    ['an entry without call', () => ({ kind: 'begin' }), 'the entry names no call'],
  ])('%s is named', async (_title, forge, reason) => {
    await writeCalls(path, 1);
    await appendForged(forge(makeReceipt()));
    expect(await verifyJournal(path)).toMatchObject({ entries: 2, broken: { seq: 3, reason } });
  });

  it('a receipt written twice is named', async () => {
    const receipt = makeReceipt();
    const journal = await Journal.open(path);
    journal.begin(receipt);
    journal.close();
    await appendForged({ kind: 'begin', ...receipt });
    expect(await verifyJournal(path)).toMatchObject({
      broken: { seq: 2, reason: 'the call has begun before' },
    });
  });

  it('a sound statement about a REST call is accepted', async () => {
    const receipt = makeReceipt();
    const journal = await Journal.open(path);
    const key = Ed25519Key.generate();
    const request = { method: 'POST', path: '/v1/agents', body: '{"a":1}' };
    const envelope = signRestStatement(receipt.id, 'delete_agent', request, key, Date.parse(AT));
    journal.begin({ ...receipt, via: 'rest', envelope, public_key: key.getPublicKeyBase64() });
    journal.close();
    expect(envelope).toMatchObject({
      protocol: 'aegis-receipt/v1',
      security_token: 'aegis-receipt/v1',
      timestamp: AT,
      payload: {
        tool: 'delete_agent',
        method: 'POST',
        path: '/v1/agents',
        body_sha256: '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862',
      },
    });
    expect(await verifyJournal(path)).toMatchObject({ entries: 1, unfinished: [receipt.id] });
  });
});
