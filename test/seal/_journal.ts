/** Journals on disk for tests, and a process of its own that writes to one. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { Journal, type JournalOptions } from '../../src/seal/journal.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import type { Receipt } from '../../src/seal/receipt.js';
import { bundleScript } from './_process.js';

const key = Ed25519Key.generate();

/** A sound receipt of a SEAL call. */
export function makeReceipt(id: string = randomUUID()): Receipt {
  const payload = { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't', arguments: { n: 1 } } };
  return {
    id,
    at: '2026-02-17T14:32:01.000Z',
    tool: 'delete_agent',
    via: 'seal',
    envelope: createSealEnvelope('t.o.k', payload, key),
    public_key: key.getPublicKeyBase64(),
    session_id: 'session-1',
    actor: 'alice',
    tenant: null,
  };
}

/** A running process; `exit` resolves with its exit code and signal. */
export interface Writer {
  readonly child: ChildProcess;
  readonly exit: Promise<Exit>;
}

type Exit = readonly [number | null, NodeJS.Signals | null];

/**
 * Bundles a script and runs it as a process. The script sees `Journal`, `makeReceipt` and the journal's path in
 * `process.argv[2]`.
 *
 * @param maxBlocks largest file that the process may write, in blocks of 512 bytes: its disk is full then.
 */
export async function spawnWriter(
  folder: string,
  name: string,
  script: string,
  options: JournalOptions = {},
  maxBlocks: number | 'unlimited' = 'unlimited',
): Promise<Writer> {
  const home = join(folder, name);
  mkdirSync(home);
  const source = `
    import { Journal } from './src/seal/journal.ts';
    import { Ed25519Key } from './src/seal/keys.ts';
    import { createSealEnvelope } from './src/seal/envelope.ts';
    const key = Ed25519Key.generate();
    const at = '2026-02-17T14:32:01.000Z';
    const makeReceipt = (id) => ({
      id, at, tool: 't', via: 'seal', public_key: key.getPublicKeyBase64(), session_id: null, actor: 'a', tenant: null,
      envelope: createSealEnvelope('t.o.k', { jsonrpc: '2.0', id, method: 'tools/call', params: {} }, key),
    });
    const journal = await Journal.open(process.argv[2], ${JSON.stringify(options)});
    ${script}`;
  const file = await bundleScript(home, source);
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
  const limited = `ulimit -f ${maxBlocks}; exec "$@"`;
  const command = [process.execPath, file, join(folder, 'journal.db')];
  const child = spawn('sh', ['-c', limited, 'sh', ...command], { stdio });
  const exit = new Promise<Exit>((done) => child.once('exit', (code, signal) => done([code, signal])));
  return { child, exit };
}

/** Resolves when the process has printed the text. */
export async function waitForOutput(child: ChildProcess, text: string): Promise<void> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    if (output.includes(text)) return;
  }
  throw new Error(`the process ended without printing ${text}`);
}

/** Writes complete calls and closes the journal. */
export async function writeCalls(path: string, count: number, options: JournalOptions = {}): Promise<void> {
  const journal = await Journal.open(path, options);
  for (let n = 0; n < count; n++) {
    const receipt = makeReceipt();
    journal.begin(receipt);
    journal.finish({ id: receipt.id, at: '2026-02-17T14:32:02.000Z', status: 'ok' });
  }
  journal.close();
}

/** The text of an entry. */
export function readEntry(path: string, seq: number): string {
  const database = new Libsql(path);
  const row = Object(database.prepare('SELECT entry FROM entries WHERE seq = ?').get(seq));
  database.close();
  return String(row.entry);
}
