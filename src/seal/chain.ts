/** Verification of a journal's entries: order, hashes, chain, signatures, pairing. */
import { parseJson } from './decode.js';
import { isRecord } from './envelope.js';
import { messageOf } from './errors.js';
import { hash, isSignedReceipt, namesSignedCall } from './receipt.js';

/** What the first entry of all names as the hash before it. */
export const GENESIS = '0'.repeat(64);

/** An entry by its number and SHA-256 (hexadecimal). */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** The first entry that is not sound. */
export interface BrokenLink {
  /** Name of the file that lacks or holds it. */
  readonly file: string;
  readonly seq: number;
  readonly reason: string;
}

export interface JournalReport {
  /** Number of sound entries; those after a broken one are not counted. */
  readonly entries: number;
  /** The last sound entry: note it elsewhere to notice a journal cut short. Number 0 where there is none. */
  readonly head: Link;
  /** Names of the files that were checked, oldest first: archives, then the journal itself. */
  readonly files: readonly string[];
  /** The entry before the first one here, where that is in an archive that is not: the chain begins at it. */
  readonly continues?: Link;
  /** Ids of calls without an outcome: the process died, or they are under way. */
  readonly unfinished: readonly string[];
  /** Absent when all entries are sound. */
  readonly broken?: BrokenLink;
}

/** Rows `{seq, hash, entry}` of one file in their order. */
export interface ChainFile {
  readonly name: string;
  readonly rows: Iterable<unknown>;
}

interface Progress {
  entries: number;
  head: Link;
  continues: Link | undefined;
  /** Ids begun; true once finished. */
  readonly calls: Map<string, boolean>;
}

/** Checks files that follow one another and stops at the first entry that is not sound. */
export function checkChain(files: Iterable<ChainFile>): JournalReport {
  const progress: Progress = {
    entries: 0,
    head: { seq: 0, hash: GENESIS },
    continues: undefined,
    calls: new Map(),
  };
  const names: string[] = [];
  for (const { name, rows } of files) {
    names.push(name);
    const broken = checkFile(rows, progress);
    if (broken !== undefined) return { ...summarize(progress, names), broken: { file: name, ...broken } };
  }
  return summarize(progress, names);
}

function summarize({ entries, head, continues, calls }: Progress, files: readonly string[]): JournalReport {
  const unfinished = unfinishedIn(calls);
  return { entries, head, files, ...(continues !== undefined && { continues }), unfinished };
}

function unfinishedIn(calls: Progress['calls']): string[] {
  return [...calls].filter(([, isFinished]) => !isFinished).map(([id]) => id);
}

function checkFile(rows: Iterable<unknown>, progress: Progress): Omit<BrokenLink, 'file'> | undefined {
  const before = progress.entries;
  const brokenBy = (reason: string) => ({ seq: progress.head.seq + 1, reason });
  try {
    for (const row of rows) {
      const reason = checkRow(row, progress);
      if (reason !== undefined) return brokenBy(reason);
    }
  } catch (error) {
    return brokenBy(`the file cannot be read: ${messageOf(error)}`);
  }
  // A file that follows another begins with the entry that says so.
  const isCutOff = before > 0 && progress.entries === before;
  return isCutOff ? brokenBy(missing(progress.head.seq + 1)) : undefined;
}

function missing(seq: number): string {
  return `entry ${seq} is missing`;
}

/** Advances over a sound row; returns what is wrong with any other. */
function checkRow(row: unknown, progress: Progress): string | undefined {
  if (!isRecord(row) || typeof row.entry !== 'string') return 'the row cannot be read';
  const entry = parseJson(row.entry);
  if (progress.entries === 0) beginAt(row.seq, entry, progress);
  const expected = progress.head.seq + 1;
  if (row.seq !== expected) return missing(expected);
  if (hash(row.entry) !== row.hash) return 'the entry does not match its hash';
  if (!isRecord(entry) || entry.seq !== expected) return 'the entry is not that of its place';
  if (entry.previous !== progress.head.hash) return 'the entry does not follow the one before it';
  const reason =
    entry.kind === 'continue' ? checkContinue(entry, progress) : checkCall(entry, progress.calls);
  if (reason !== undefined) return reason;
  progress.entries += 1;
  progress.head = { seq: expected, hash: row.hash };
  return undefined;
}

/** The first entry of a file whose archive is not there says what it continues; its own hash covers that. */
function beginAt(seq: unknown, entry: unknown, progress: Progress): void {
  if (typeof seq !== 'number' || seq <= 1 || !isRecord(entry) || entry.kind !== 'continue') return;
  const { previous, unfinished } = entry;
  if (typeof previous !== 'string') return;
  progress.head = { seq: seq - 1, hash: previous };
  progress.continues = progress.head;
  for (const id of textsIn(unfinished)) progress.calls.set(id, false);
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item: unknown) => typeof item === 'string') : [];
}

function checkContinue({ unfinished }: Record<string, unknown>, { calls }: Progress): string | undefined {
  const [named, known] = [textsIn(unfinished), unfinishedIn(calls)].map((ids) => JSON.stringify(ids.sort()));
  return named === known ? undefined : 'the entry names other calls under way';
}

function checkCall(entry: Record<string, unknown>, calls: Progress['calls']): string | undefined {
  const { kind, id } = entry;
  if (typeof id !== 'string') return 'the entry names no call';
  if (kind === 'begin') {
    if (calls.has(id)) return 'the call has begun before';
    if (!isSignedReceipt(entry)) return 'the signature of the receipt is not valid';
    if (!namesSignedCall(entry)) return 'the receipt names another call than the one signed';
  } else if (kind !== 'finish') {
    return 'the entry is of no known kind';
  } else if (calls.get(id) !== false) {
    return 'the call is not under way';
  }
  calls.set(id, kind === 'finish');
  return undefined;
}
