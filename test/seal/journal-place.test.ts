/** Where a journal lies: by what name it is reached, and what happens when its file is taken away. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../../src/seal/journal.js';
import { placeOf } from '../../src/seal/journal-place.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';
import { makeFolder, makeReceipt, writeCalls } from './_journal.js';

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
