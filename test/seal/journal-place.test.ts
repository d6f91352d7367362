/** Where a journal lies: by what name it is reached, and what happens when its file is taken away. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/seal/journal.js';
import { loadLibrary, openFrozen } from '../../src/seal/journal-open.js';
import { placeOf } from '../../src/seal/journal-place.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';
import { makeReceipt, writeCalls } from './_journal.js';
import { makeFolder } from './_process.js';

const SMALL = { maxBytes: 32_768 };
let folder: ReturnType<typeof makeFolder>;
let path: string;

beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'journal.db');
});

afterEach(() => folder.remove());

const archives = (place: string): string[] =>
  readdirSync(place).filter((name) => /\.\d{12}-\d{12}$/.test(name));

describe('a link to a journal', () => {
  it('leads to one chain, with its archives beside the file itself', async () => {
    const links = join(folder.path, 'links');
    mkdirSync(links);
    symlinkSync(path, join(links, 'link.db'));
    await writeCalls(join(links, 'link.db'), 12, SMALL);
    await writeCalls(path, 12, SMALL);
    expect(archives(links)).toEqual([]);
    expect(archives(folder.path).length).toBeGreaterThan(1);
    const report = await verifyJournal(path);
    expect(report).toMatchObject({ unfinished: [], entries: 48 + archives(folder.path).length });
    expect(report.broken).toBe(undefined);
    expect(await verifyJournal(join(links, 'link.db'))).toEqual(report);
  });

  it('is no way to begin a new chain beside the archives of a missing journal', async () => {
    await writeCalls(path, 12, SMALL);
    const links = join(folder.path, 'links');
    mkdirSync(links);
    symlinkSync(path, join(links, 'link.db'));
    rmSync(path);
    await expect(Journal.open(join(links, 'link.db'))).rejects.toThrow('its archives are there');
  });
});

it.each(['file:journal.db', 'http:journal.db'])('%j is the name of a file, and no address', (name) => {
  expect(placeOf(name)).toBe(join(process.cwd(), name));
});

describe('a journal whose file is taken away while it is open', () => {
  const refusal = {
    code: 'journal_failed',
    message: expect.stringContaining('is no longer the file that was opened'),
    next: 'Put the file back, or restart this server to begin a new journal.',
  };

  it.each<[string, () => void]>([
    ['deleted', () => rmSync(path)],
    ['moved', () => renameSync(path, join(folder.path, 'moved.db'))],
    [
      'replaced',
      () => {
        copyFileSync(path, join(folder.path, 'copy.db'));
        renameSync(join(folder.path, 'copy.db'), path);
      },
    ],
  ])('records no further call when it was %s', async (_how, takeAway) => {
    const journal = await Journal.open(path);
    journal.begin(makeReceipt());
    takeAway();
    expect(() => journal.begin(makeReceipt())).toThrow(expect.objectContaining(refusal));
    journal.close();
  });

  it('goes on when it is put back, and a call under way gets its outcome meanwhile', async () => {
    const journal = await Journal.open(path);
    const receipt = makeReceipt();
    journal.begin(receipt);
    renameSync(path, join(folder.path, 'moved.db'));
    journal.finish({ id: receipt.id, at: '2026-02-17T14:32:02.000Z', status: 'ok' });
    expect(existsSync(path)).toBe(false);
    renameSync(join(folder.path, 'moved.db'), path);
    journal.begin(makeReceipt());
    expect(journal.verify()).toMatchObject({ entries: 3 });
    journal.close();
  });
});

describe('a journal where nothing can be written', () => {
  /** A link to nowhere: SQLite can no more make this file than in a folder that it may not write. */
  const block = (file: string) => symlinkSync(join(folder.path, 'no', 'where'), file);

  it('is verified with its archives, and left as it is', async () => {
    await writeCalls(path, 12, SMALL);
    const sound = await verifyJournal(path);
    for (const rest of ['-wal', '-shm']) rmSync(`${path}${rest}`, { force: true });
    const before = readFileSync(path);
    block(`${path}-wal`);
    expect(await verifyJournal(path)).toEqual(sound);
    expect(readFileSync(path)).toEqual(before);
  });

  it('is not read without what is in its log', async () => {
    const journal = await Journal.open(path);
    journal.begin(makeReceipt());
    const copy = join(folder.path, 'copy.db');
    for (const part of ['', '-wal']) copyFileSync(`${path}${part}`, `${copy}${part}`);
    block(`${copy}-shm`);
    await expect(verifyJournal(copy)).rejects.toMatchObject({
      code: 'journal_failed',
      next: expect.stringContaining('(-wal)'),
    });
    journal.close();
  });
});

it('a copy without its log is told from a database of something else', async () => {
  const journal = await Journal.open(path);
  journal.begin(makeReceipt());
  const copy = join(folder.path, 'copy.db');
  copyFileSync(path, copy);
  await expect(verifyJournal(copy)).rejects.toMatchObject({
    code: 'journal_failed',
    message: `The journal ${copy} cannot be read: it is empty`,
    next: 'A journal in use is copied together with its log (-wal), or when its process has ended.',
  });
  journal.close();
});

it('an archive that is deleted while it is looked for is not made anew', async () => {
  const archive = `${path}.000000000001-000000000002`;
  const connect = await loadLibrary();
  expect(() => openFrozen(archive, connect)).toThrow('Unable to open');
  expect(existsSync(archive)).toBe(false);
});

describe('a journal that was put back from an older copy', () => {
  async function putBackOlder(): Promise<string> {
    await writeCalls(path, 2);
    const older = join(folder.path, 'older');
    copyFileSync(path, older);
    await writeCalls(path, 24, SMALL);
    for (const rest of ['-wal', '-shm']) rmSync(`${path}${rest}`, { force: true });
    renameSync(older, path);
    return archives(folder.path).find((name) => Number(name.slice(-12)) >= 4) ?? '';
  }

  it('is not gone on with: its chain would fork beside the archives', async () => {
    const archive = await putBackOlder();
    await expect(Journal.open(path)).rejects.toMatchObject({
      code: 'journal_failed',
      message: `The journal ${path} cannot be opened: its archive ${archive} has later entries than it`,
      next: 'Put the newest copy of the journal back, or move this one and its archives to another folder to begin a new one.',
    });
  });

  it('is told from a sound one', async () => {
    const archive = await putBackOlder();
    expect((await verifyJournal(path)).broken).toEqual({
      file: archive,
      seq: 5,
      reason: 'the archive has later entries than the journal',
    });
  });
});
