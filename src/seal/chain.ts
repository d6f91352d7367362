/** Verification of a journal's entries: order, hashes, chain, signatures, pairing. */
import { parseJson } from './decode.js';
import { isRecord } from './envelope.js';
import { hash, isSignedReceipt } from './receipt.js';

/** What the first entry names as the hash before it. */
export const GENESIS = '0'.repeat(64);

export interface JournalReport {
  /** Number of sound entries; those after a broken one are not counted. */
  readonly entries: number;
  /** SHA-256 of the last sound entry, hexadecimal: note it elsewhere to notice a journal cut short. */
  readonly head: string;
  /** Ids of calls begun and not finished: the process died, or they are under way. */
  readonly unfinished: readonly string[];
  /** Sequence number of the first entry that is not sound; absent when all are. */
  readonly brokenAt?: number;
  /** What is wrong with it. */
  readonly reason?: string;
}

interface Progress {
  entries: number;
  head: string;
  /** Ids begun; true once finished. */
  readonly calls: Map<string, boolean>;
}

/** Checks rows `{seq, hash, entry}` in their order and stops at the first that is not sound. */
export function checkChain(rows: Iterable<unknown>): JournalReport {
  const progress: Progress = { entries: 0, head: GENESIS, calls: new Map() };
  for (const row of rows) {
    const reason = checkRow(row, progress);
    if (reason !== undefined) return { ...summarize(progress), brokenAt: progress.entries + 1, reason };
  }
  return summarize(progress);
}

function summarize({ entries, head, calls }: Progress): JournalReport {
  const unfinished = [...calls].filter(([, isFinished]) => !isFinished).map(([id]) => id);
  return { entries, head, unfinished };
}

/** Advances over a sound row; returns what is wrong with any other. */
function checkRow(row: unknown, progress: Progress): string | undefined {
  if (!isRecord(row) || typeof row.entry !== 'string') return 'the row cannot be read';
  const expected = progress.entries + 1;
  if (row.seq !== expected) return `entry ${expected} is missing`;
  if (hash(row.entry) !== row.hash) return 'the entry does not match its hash';
  const entry = parseJson(row.entry);
  if (!isRecord(entry) || entry.seq !== expected) return 'the entry is not that of its place';
  if (entry.previous !== progress.head) return 'the entry does not follow the one before it';
  const reason = checkPairing(entry, progress.calls);
  if (reason !== undefined) return reason;
  progress.entries = expected;
  progress.head = row.hash;
  return undefined;
}

function checkPairing(entry: Record<string, unknown>, calls: Map<string, boolean>): string | undefined {
  const { kind, id } = entry;
  if (typeof id !== 'string') return 'the entry names no call';
  if (kind === 'begin') {
    if (calls.has(id)) return 'the call has begun before';
    if (!isSignedReceipt(entry)) return 'the signature of the receipt is not valid';
  } else if (kind !== 'finish') {
    return 'the entry is of no known kind';
  } else if (calls.get(id) !== false) {
    return 'the call is not under way';
  }
  calls.set(id, kind === 'finish');
  return undefined;
}
