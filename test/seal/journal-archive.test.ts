/** Archives: made whole or not at all, found again, deleted by age; the chain goes through all of them. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalReport } from '../../src/seal/chain.js';
import { Journal } from '../../src/seal/journal.js';
import { verifyJournal } from '../../src/seal/journal-verify.js';
import { hash } from '../../src/seal/receipt.js';
import { makeReceipt, readEntry, spawnWriter } from './_journal.js';
import { makeFolder } from './_process.js';

const AT = '2026-02-17T14:32:02.000Z';
const GENESIS = '0000000000000000000000000000000000000000000000000000000000000000';
const LONG = 'x'.repeat(6000);
/** Reached by a few calls. */
const SMALL = { maxBytes: 48 * 1024 };

let folder: ReturnType<typeof makeFolder>;
let path: string;

beforeEach(() => {
  folder = makeFolder();
  path = join(folder.path, 'journal.db');
});

afterEach(() => folder.remove());

const archives = (): string[] => readdirSync(folder.path).filter((name) => /^journal\.db\.\d/.test(name));

/** Writes calls until there are so many archives; gives their ids in order. */
function fill(journal: Journal, wanted: number): string[] {
  const ids: string[] = [];
  while (archives().length < wanted) {
    const receipt = makeReceipt();
    journal.begin(receipt);
    journal.finish({ id: receipt.id, at: AT, status: 'ok', detail: LONG });
    ids.push(receipt.id);
  }
  return ids;
}

/** A journal with so many archives, closed. */
async function filled(wanted: number): Promise<string[]> {
  const journal = await Journal.open(path, SMALL);
  const ids = fill(journal, wanted);
  journal.close();
  return ids;
}

describe('a journal that has outgrown its bound', () => {
  it('becomes an archive named by its first and last entry, and goes on in its place', async () => {
    await filled(1);
    const [archive = ''] = archives();
    const last = Number(archive.slice(-12));
    expect(archive).toBe(`journal.db.000000000001-${String(last).padStart(12, '0')}`);
    expect(last).toBeGreaterThan(2);
    expect(statSync(join(folder.path, archive)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readEntry(path, last + 1))).toEqual({
      kind: 'continue',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      seq: last + 1,
      previous: hash(readEntry(join(folder.path, archive), last)),
      unfinished: [],
    });
    expect(await verifyJournal(path)).toEqual({
      entries: last + 3,
      head: { seq: last + 3, hash: hash(readEntry(path, last + 3)) },
      files: [archive, 'journal.db'],
      unfinished: [],
    });
  });

  it('keeps calls under way: their outcomes are written after it', async () => {
    const journal = await Journal.open(path, SMALL);
    const [first, lost] = [makeReceipt(), makeReceipt()];
    journal.begin(first);
    journal.begin(lost);
    fill(journal, 2);
    journal.finish({ id: first.id, at: AT, status: 'ok' });
    const report = journal.verify();
    expect([report.broken, report.unfinished]).toEqual([undefined, [lost.id]]);
    journal.close();
  });

  it('gives back the space that it used', async () => {
    const journal = await Journal.open(path, { maxBytes: 64 * 1024 });
    fill(journal, 4);
    journal.close();
    expect(statSync(path).size).toBeLessThan(128 * 1024);
  });

  it('in memory stays as it is', async () => {
    const journal = await Journal.open(':memory:', { maxBytes: 1 });
    for (const receipt of [makeReceipt(), makeReceipt()]) journal.begin(receipt);
    expect(journal.verify()).toMatchObject({ entries: 2, files: [':memory:'] });
    journal.close();
  });

  it('refuses calls where no archive can be made, loses nothing, and goes on when one can', async () => {
    const journal = await Journal.open(path, SMALL);
    fill(journal, 1);
    const seq = journal.verify().head.seq;
    journal.close();
    // A bound that is reached at once, and a folder where the draft of the archive should be.
    const small = await Journal.open(path, { maxBytes: 1 });
    const [, from = ''] = /-(\d+)$/.exec(archives()[0] ?? '') ?? [];
    const range = [Number(from) + 1, seq].map((n) => String(n).padStart(12, '0')).join('-');
    mkdirSync(`${path}.${range}.tmp`);
    expect(() => small.begin(makeReceipt())).toThrow(`No archive of the journal ${path} can be made`);
    expect(archives().filter((name) => !name.endsWith('.tmp'))).toHaveLength(1);
    expect((await verifyJournal(path)).broken).toBe(undefined);
    rmdirSync(`${path}.${range}.tmp`);
    small.begin(makeReceipt());
    small.close();
    expect(archives()).toContain(`journal.db.${range}`);
    expect((await verifyJournal(path)).broken).toBe(undefined);
  });
});

describe('verification', () => {
  it('of one file says what it continues', async () => {
    await filled(2);
    const [one = '', two = ''] = archives();
    const alone = await verifyJournal(join(folder.path, two));
    const last = Number(one.slice(-12));
    const continues = { seq: last, hash: hash(readEntry(join(folder.path, one), last)) };
    expect(alone).toMatchObject({ files: [two], continues, unfinished: [] });
    expect(alone.broken).toBe(undefined);
    const copy = join(folder.path, 'copy.db');
    copyFileSync(path, copy);
    expect(await verifyJournal(copy)).toMatchObject({
      continues: { seq: alone.head.seq, hash: alone.head.hash },
    });
  });

  /** What somebody with the files can do. */
  function tamper(name: string, sql: string): void {
    const database = new Libsql(join(folder.path, name));
    database.exec('DROP TRIGGER entries_no_update; DROP TRIGGER entries_no_delete');
    database.exec(sql);
    database.close();
  }

  it.each<
    [string, (names: readonly string[]) => void, (names: readonly string[]) => JournalReport['broken']]
  >([
    [
      'a changed entry in an archive',
      ([, two = '']) =>
        tamper(
          two,
          `UPDATE entries SET entry = replace(entry, 'alice', 'mallory') WHERE seq = ${firstOf(two) + 1}`,
        ),
      ([, two = '']) => ({ file: two, seq: firstOf(two) + 1, reason: 'the entry does not match its hash' }),
    ],
    [
      'an archive cut at its end',
      ([, two = '']) => tamper(two, `DELETE FROM entries WHERE seq = ${lastOf(two)}`),
      ([, two = '', three = '']) => ({
        file: three,
        seq: lastOf(two),
        reason: `entry ${lastOf(two)} is missing`,
      }),
    ],
    [
      'a missing archive in the middle',
      ([, two = '']) => rmSync(join(folder.path, two)),
      ([, two = '', three = '']) => ({
        file: three,
        seq: firstOf(two),
        reason: `entry ${firstOf(two)} is missing`,
      }),
    ],
    [
      'a missing last archive',
      ([, , three = '']) => rmSync(join(folder.path, three)),
      ([, , three = '']) => ({
        file: 'journal.db',
        seq: firstOf(three),
        reason: `entry ${firstOf(three)} is missing`,
      }),
    ],
    [
      'a journal emptied',
      () => tamper('journal.db', 'DELETE FROM entries'),
      ([, , three = '']) => ({
        file: 'journal.db',
        seq: lastOf(three) + 1,
        reason: `entry ${lastOf(three) + 1} is missing`,
      }),
    ],
    [
      'a damaged archive',
      ([one = '']) => copyFileSync(process.execPath, join(folder.path, one)),
      ([one = '']) => ({
        file: one,
        seq: 1,
        reason: expect.stringMatching(/^the file cannot be read: .*not a database/),
      }),
    ],
  ])('names %s by file and entry', async (_title, damage, expected) => {
    await filled(3);
    const names = archives();
    damage(names);
    expect((await verifyJournal(path)).broken).toEqual(expected(names));
  });

  it('names an entry that forgets a call under way', async () => {
    const journal = await Journal.open(path, SMALL);
    journal.begin(makeReceipt());
    fill(journal, 1);
    journal.close();
    const [archive = ''] = archives();
    const seq = lastOf(archive) + 1;
    const forged = readEntry(path, seq).replace(/"unfinished":\[.*\]/, '"unfinished":[]');
    tamper(
      'journal.db',
      `UPDATE entries SET entry = '${forged}', hash = '${hash(forged)}' WHERE seq = ${seq}`,
    );
    expect((await verifyJournal(path)).broken).toEqual({
      file: 'journal.db',
      seq,
      reason: 'the entry names other calls under way',
    });
  });

  const firstOf = (name: string): number => Number(name.slice(-25, -13));
  const lastOf = (name: string): number => Number(name.slice(-12));
});

describe('retention', () => {
  const DAY = 86_400_000;

  it('deletes archives whose last entry is too old, and the chain begins at a known link', async () => {
    await filled(2);
    const before = await verifyJournal(path);
    const [one = '', two = ''] = archives();
    const clock = (now: number) => ({ ...SMALL, keepDays: 30, now: () => now });
    const young = await Journal.open(path, clock(Date.parse(AT) + 30 * DAY));
    young.begin(makeReceipt());
    young.close();
    expect(archives()).toEqual([one, two]);
    const old = await Journal.open(path, clock(Date.parse(AT) + 30 * DAY + 1));
    old.begin(makeReceipt());
    old.close();
    expect(archives()).toEqual([]);
    const report = await verifyJournal(path);
    expect(report.continues?.seq).toBe(Number(two.slice(-12)));
    expect([report.broken, report.files]).toEqual([undefined, ['journal.db']]);
    expect(report.head.seq).toBe(before.head.seq + 2);
  });

  it('stops at the first archive that is young enough', async () => {
    await filled(1);
    const journal = await Journal.open(path, SMALL);
    const late = makeReceipt();
    journal.begin({ ...late, at: '2026-06-01T00:00:00.000Z' });
    while (archives().length < 2) journal.begin({ ...makeReceipt(), at: '2026-06-01T00:00:00.000Z' });
    journal.close();
    const [, young = ''] = archives();
    const now = () => Date.parse('2026-06-02T00:00:00Z');
    const cleaning = await Journal.open(path, { keepDays: 30, now });
    cleaning.begin(makeReceipt());
    expect(archives()).toEqual([young]);
    expect(cleaning.verify().broken).toBe(undefined);
    cleaning.close();
  });
});

it('a missing journal is not begun anew beside its archives', async () => {
  await filled(1);
  const moved = join(folder.path, 'moved');
  renameSync(path, moved);
  await expect(Journal.open(path)).rejects.toMatchObject({
    code: 'journal_failed',
    message: expect.stringContaining('its archives are there'),
    next: expect.stringContaining('Put the file back'),
  });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, '');
  await expect(Journal.open(path)).rejects.toMatchObject({ code: 'journal_failed' });
  for (const rest of ['', '-wal', '-shm']) rmSync(`${path}${rest}`, { force: true });
  renameSync(moved, path);
  const journal = await Journal.open(path);
  journal.begin(makeReceipt());
  expect(journal.verify().broken).toBe(undefined);
  journal.close();
});

it('an emptied journal is not begun anew beside its archives', async () => {
  await filled(1);
  const journal = await Journal.open(path);
  const database = new Libsql(path);
  database.exec('DROP TRIGGER entries_no_delete; DELETE FROM entries');
  database.close();
  expect(() => journal.begin(makeReceipt())).toThrow('its archives are there');
  await expect(Journal.open(path)).rejects.toThrow('its archives are there');
  journal.close();
});

describe('calls read back', () => {
  it('tell which archive is damaged', async () => {
    await filled(1);
    const [archive = ''] = archives();
    writeFileSync(join(folder.path, archive), 'x'.repeat(5000));
    const journal = await Journal.open(path);
    expect(() => journal.read({ limit: 1000 })).toThrow(
      expect.objectContaining({
        code: 'journal_failed',
        message: `The journal ${path} cannot be read: its archive ${archive} cannot be read: file is not a database`,
        next: 'Put a sound copy of this archive in its place, or move it to another folder and do without its receipts.',
      }),
    );
    journal.close();
  });

  it('come newest first from the journal and its archives, with their outcomes', async () => {
    const journal = await Journal.open(path, SMALL);
    const spanning = makeReceipt();
    journal.begin(spanning);
    const ids = [spanning.id, ...fill(journal, 2)];
    journal.finish({ id: spanning.id, at: AT, status: 'denied', detail: 'policy_violation: no' });
    const all = journal.read({ limit: 1000 });
    expect(all.map(({ begin }) => begin.id)).toEqual(ids.toReversed());
    expect(new Set(all.slice(0, -1).map(({ finish }) => finish?.outcome))).toEqual(new Set(['ok']));
    const page = journal.read({ limit: 3 });
    expect(page.map(({ begin }) => begin.id)).toEqual(ids.slice(-3).reverse());
    const before = Number(page.at(-1)?.begin.seq);
    expect(journal.read({ limit: 2, before }).map(({ begin }) => begin.id)).toEqual(
      ids.slice(-5, -3).reverse(),
    );
    expect(journal.read({ id: spanning.id, limit: 1 })).toMatchObject([
      {
        begin: { seq: 1, previous: GENESIS, tool: 'delete_agent', outcome: 'unknown' },
        finish: { outcome: 'denied', detail: 'policy_violation: no' },
      },
    ]);
    journal.close();
  });

  it('are those of one actor where one is named, and none for an unknown id', async () => {
    const journal = await Journal.open(':memory:');
    const [alice, bob] = [makeReceipt(), { ...makeReceipt(), actor: 'bob' }];
    journal.begin(alice);
    journal.begin(bob);
    expect(journal.read({ limit: 9, actor: 'bob' }).map(({ begin }) => begin.id)).toEqual([bob.id]);
    expect(journal.read({ limit: 1, id: alice.id, actor: 'bob' })).toEqual([]);
    expect(journal.read({ limit: 1, id: "x' OR 1=1 --" })).toEqual([]);
    expect(journal.read({ limit: 1, id: alice.id })).toMatchObject([{ begin: { id: alice.id } }]);
    journal.close();
  });
});

it('says that the disk takes no more, and what was written before stays sound', async () => {
  const script = `
    try {
      for (let n = 0; ; n++) {
        journal.begin(makeReceipt('call-' + n));
        journal.finish({ id: 'call-' + n, at, status: 'ok' });
      }
    } catch (error) {
      process.stdout.write(JSON.stringify([error.code, error.message, error.next]));
    }`;
  const { child, exit } = await spawnWriter(folder.path, 'full', script, {}, 300);
  let output = '';
  for await (const chunk of child.stdout ?? []) output += chunk;
  expect(await exit).toEqual([0, null]);
  expect(JSON.parse(output)).toEqual([
    'journal_failed',
    `The journal ${path} cannot be written: disk I/O error`,
    'Check the disk of the journal and the space on it, then try again.',
  ]);
  expect((await verifyJournal(path)).broken).toBe(undefined);
});

describe('several processes', () => {
  const TINY = { maxBytes: 40 * 1024 };

  it('share a journal that is archived under their hands', async () => {
    const names = ['first', 'second'];
    const script = (name: string) =>
      `for (let n = 0; n < 60; n++) {
         const id = '${name}-' + n;
         journal.begin(makeReceipt(id));
         journal.finish({ id, at, status: 'ok' });
       }
       journal.close();`;
    const writers = await Promise.all(
      names.map((name) => spawnWriter(folder.path, name, script(name), TINY)),
    );
    expect(await Promise.all(writers.map(({ exit }) => exit))).toEqual(names.map(() => [0, null]));
    const report = await verifyJournal(path);
    const made = archives().length;
    expect(made).toBeGreaterThan(3);
    expect(report).toMatchObject({ entries: 240 + made, unfinished: [] });
    expect(report.broken).toBe(undefined);
  });

  it('are killed while archives are made: nothing that was on disk is lost, and the chain holds', async () => {
    const script = `
      for (let n = 0; ; n++) {
        const id = process.argv[1] + n;
        journal.begin(makeReceipt(id));
        process.stdout.write(id + '\\n');
        journal.finish({ id, at, status: 'ok' });
      }`;
    const begun: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { child, exit } = await spawnWriter(folder.path, `round-${round}-`, script, TINY);
      let output = '';
      const [enough] = [20 + Math.floor(Math.random() * 60)];
      for await (const chunk of child.stdout ?? []) {
        output += chunk;
        if (output.split('\n').length > enough) child.kill('SIGKILL');
      }
      expect(await exit).toEqual([null, 'SIGKILL']);
      begun.push(...output.split('\n').slice(0, -1));
      expect((await verifyJournal(path)).broken).toBe(undefined);
    }
    const journal = await Journal.open(path, TINY);
    const found = journal.read({ limit: 100_000 }).map(({ begin }) => String(begin.id));
    expect(new Set(found).size).toBe(found.length);
    const kept = new Set(found);
    expect(begun.filter((id) => !kept.has(id))).toEqual([]);
    // The next archive is made over whatever a killed process has left of one.
    fill(journal, archives().length + 1);
    expect(journal.verify().broken).toBe(undefined);
    journal.close();
    expect(existsSync(path)).toBe(true);
  });
});
