import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { Journal } from '../../src/seal/journal.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { hash } from '../../src/seal/receipt.js';
import { makeReceipt, readEntry, spawnWriter, waitForOutput, writeCalls } from './_journal.js';
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

describe('a journal', () => {
  it('keeps two entries a call and verifies offline', async () => {
    await writeCalls(path, 3);
    const report = await verifyJournal(path);
    expect(report).toEqual({
      entries: 6,
      head: { seq: 6, hash: hash(readEntry(path, 6)) },
      files: ['journal.db'],
      unfinished: [],
    });
  });

  it('goes on where it ended', async () => {
    await writeCalls(path, 1);
    await writeCalls(path, 1);
    expect(await verifyJournal(path)).toMatchObject({ entries: 4, unfinished: [] });
  });

  it('writes canonical text whose hash the next entry names', async () => {
    const journal = await Journal.open(path);
    const receipt = makeReceipt();
    journal.begin(receipt);
    journal.finish({ id: receipt.id, at: AT, status: 'denied', detail: 'policy_violation: x' });
    journal.close();
    expect(JSON.parse(readEntry(path, 1))).toEqual({
      kind: 'begin',
      outcome: 'unknown',
      seq: 1,
      previous: GENESIS,
      ...receipt,
    });
    expect(readEntry(path, 2)).toBe(
      `{"at":"${AT}","detail":"policy_violation: x","id":"${receipt.id}","kind":"finish","outcome":"denied","previous":"${hash(readEntry(path, 1))}","seq":2}`,
    );
  });

  it('works in memory', async () => {
    const journal = await Journal.open(':memory:');
    expect(journal.verify()).toEqual({
      entries: 0,
      head: { seq: 0, hash: GENESIS },
      files: [':memory:'],
      unfinished: [],
    });
    const receipt = makeReceipt();
    journal.begin(receipt);
    expect(journal.verify()).toMatchObject({ entries: 1, unfinished: [receipt.id] });
    journal.finish({ id: receipt.id, at: AT, status: 'unknown' });
    expect(journal.verify()).toMatchObject({ entries: 2, unfinished: [] });
    journal.close();
    expect(existsSync(':memory:')).toBe(false);
  });

  it('is readable by its owner only', async () => {
    await writeCalls(path, 1);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps foreign text that canonical JSON cannot hold', async () => {
    const journal = await Journal.open(path);
    const receipt = makeReceipt();
    journal.begin(receipt);
    journal.finish({ id: receipt.id, at: AT, status: 'failed', detail: 'half an emoji: \ud83d' });
    journal.close();
    expect(JSON.parse(readEntry(path, 2)).detail).toBe('half an emoji: \ufffd');
    expect(await verifyJournal(path)).toMatchObject({ entries: 2 });
  });

  it('holds the deepest payload that can be signed', async () => {
    const receipt = makeReceipt();
    let deep: unknown = 1;
    for (let level = 0; level < 117; level++) deep = [deep];
    const key = Ed25519Key.generate();
    const params = { name: 't', arguments: deep };
    const envelope = createSealEnvelope('t', { jsonrpc: '2.0', id: 1, method: 'm', params }, key);
    const journal = await Journal.open(':memory:');
    journal.begin({ ...receipt, envelope, public_key: key.getPublicKeyBase64() });
    expect(journal.verify()).toMatchObject({ entries: 1, unfinished: [receipt.id] });
    journal.close();
  });

  it('refuses what would make its chain unsound', async () => {
    const journal = await Journal.open(':memory:');
    const receipt = makeReceipt();
    const finish = { id: receipt.id, at: AT, status: 'ok' } as const;
    expect(() => journal.finish(finish)).toThrow(`No call ${receipt.id} is under way`);
    journal.begin(receipt);
    expect(() => journal.begin(receipt)).toThrow(`The call ${receipt.id} has begun before`);
    journal.finish(finish);
    expect(() => journal.finish(finish)).toThrow('is under way');
    expect(journal.verify()).toMatchObject({ entries: 2 });
    journal.close();
  });

  it('does not let entries be changed or deleted', async () => {
    await writeCalls(path, 1);
    const database = new Libsql(path);
    expect(() => database.exec("UPDATE entries SET entry = '{}'")).toThrow('append-only');
    expect(() => database.exec('DELETE FROM entries')).toThrow('append-only');
    database.close();
  });

  it('says where it cannot be opened, written or found', async () => {
    const nowhere = join(folder.path, 'no', 'such', 'folder.db');
    await expect(Journal.open(nowhere)).rejects.toMatchObject({ code: 'journal_failed' });
    await expect(verifyJournal(nowhere)).rejects.toThrow(`There is no journal at ${nowhere}`);
    expect(existsSync(nowhere)).toBe(false);
  });

  it('leaves a file alone that is no journal, and says so', async () => {
    const garbage = 'this is no database, but long enough to be read as the header of one';
    writeFileSync(path, garbage);
    const refusal = { code: 'journal_failed', next: expect.stringContaining('The file is no journal') };
    await expect(Journal.open(path)).rejects.toMatchObject(refusal);
    await expect(verifyJournal(path)).rejects.toMatchObject(refusal);
    expect(readFileSync(path, 'utf8')).toBe(garbage);
  });

  it('leaves a database of something else alone, and says so', async () => {
    const database = new Libsql(path);
    database.exec('CREATE TABLE agents (id TEXT)');
    database.close();
    const refusal = { code: 'journal_failed', message: expect.stringContaining('something else') };
    await expect(Journal.open(path)).rejects.toMatchObject(refusal);
    await expect(verifyJournal(path)).rejects.toMatchObject(refusal);
  });
});

describe('several processes', () => {
  it('a process killed between receipt and outcome leaves an unfinished call and a sound chain', async () => {
    const { child, exit } = await spawnWriter(
      folder.path,
      'killed',
      `for (let n = 0; n < 3; n++) {
         journal.begin(makeReceipt('call-' + n));
         if (n < 2) journal.finish({ id: 'call-' + n, at, status: 'ok' });
       }
       process.stdout.write('sent');
       setInterval(() => {}, 1000);`,
    );
    await waitForOutput(child, 'sent');
    child.kill('SIGKILL');
    expect(await exit).toEqual([null, 'SIGKILL']);
    const report = await verifyJournal(path);
    expect(report).toMatchObject({ entries: 5, unfinished: ['call-2'] });
    expect(JSON.parse(readEntry(path, 5))).toMatchObject({ id: 'call-2', outcome: 'unknown' });
    expect(report.broken).toBe(undefined);
    await writeCalls(path, 1);
    expect(await verifyJournal(path)).toMatchObject({ entries: 7, unfinished: ['call-2'] });
  });

  it('open a new file at the same moment', async () => {
    const files = join(folder.path, 'opened-');
    const script = `
      let moment = ${Date.now() + 1_500};
      for (let n = 0; n < 40; n++) {
        moment += 12;
        while (Date.now() < moment);
        (await Journal.open(${JSON.stringify(files)} + n + '.db')).close();
      }`;
    const both = await Promise.all(['one', 'two'].map((name) => spawnWriter(folder.path, name, script)));
    expect(await Promise.all(both.map(({ exit }) => exit))).toEqual([
      [0, null],
      [0, null],
    ]);
  });

  it('append to one file at once', async () => {
    const script = (name: string) =>
      `for (let n = 0; n < 20; n++) {
         const id = '${name}-' + n;
         journal.begin(makeReceipt(id));
         journal.finish({ id, at, status: 'ok' });
       }
       journal.close();`;
    const names = ['first', 'second', 'third'];
    const writers = await Promise.all(names.map((name) => spawnWriter(folder.path, name, script(name))));
    expect(await Promise.all(writers.map(({ exit }) => exit))).toEqual(names.map(() => [0, null]));
    const report = await verifyJournal(path);
    expect(report).toMatchObject({ entries: 120, unfinished: [] });
    expect(report.broken).toBe(undefined);
  });
});
