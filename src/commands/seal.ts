/** `aegis-mcp seal …`: receipts, envelopes and journals checked offline; no orchestrator and no configuration. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AegisError } from '../errors.js';
import { checkJournal, type JournalReport } from '../runtime/receipts-journal.js';
import { type Checked, checkSigned } from '../runtime/receipts-signed.js';
import { visibleLine, writeResult } from './output.js';

/** Values by option name, as commander gives them. */
type Given = Readonly<Partial<Record<string, string | boolean>>>;

/** Exit code 0 for a sound journal, 1 for a broken one. Throws `invalid_configuration` where there is none. */
export async function verifyJournalCommand(given: Given, [path = '']: readonly string[]): Promise<number> {
  const report = await checkJournal(path);
  const valid = report.broken === undefined;
  await write(given, { valid, ...report }, describeJournal(path, report));
  return valid ? 0 : 1;
}

/** Exit code 0 for a valid signature, 1 for any other. Throws `invalid_configuration` for what is no envelope. */
export async function verifyEnvelopeCommand(given: Given, [source = '']: readonly string[]): Promise<number> {
  const checked = checkSigned(source === '-' ? await text(process.stdin) : await readText(source), {
    publicKey: textOf(given.publicKey),
    maxAgeSeconds: secondsOf(textOf(given.maxAgeSeconds)),
    now: Date.now(),
  });
  await write(given, checked, describeSigned(checked));
  return checked.valid ? 0 : 1;
}

async function write({ json }: Given, result: unknown, lines: readonly string[]): Promise<void> {
  await writeResult(
    `${json === true ? JSON.stringify(result, null, 2) : lines.map(visibleLine).join('\n')}\n`,
  );
}

function describeJournal(path: string, report: JournalReport): string[] {
  const { entries, head, files, continues, unfinished, broken } = report;
  const [verdict, count] = broken === undefined ? ['is sound', 'entries'] : ['is broken', 'sound entries'];
  return [
    `The journal ${path} ${verdict}.`,
    ...(broken === undefined
      ? []
      : [`first broken link: entry ${broken.seq} in ${broken.file}: ${broken.reason}`]),
    `${count}: ${entries} in ${files.length} ${files.length === 1 ? 'file' : 'files'} (${files.join(', ')})`,
    ...(continues === undefined
      ? []
      : [`continues: entry ${continues.seq} ${continues.hash}, which is not here`]),
    `head: entry ${head.seq} ${head.hash}`,
    `calls with outcome unknown: ${unfinished.length}`,
    ...unfinished.map((id) => `  ${id}`),
  ];
}

function describeSigned(checked: Checked): string[] {
  if (!checked.valid) return [`Not valid: ${checked.code}: ${checked.reason}`];
  const { protocol, signed_at, age_seconds, public_key, key_source, security_token_sha256, payload } =
    checked;
  const source =
    key_source === 'given' ? '' : ' (the one in the receipt: compare it with one noted elsewhere)';
  return [
    'The signature is valid.',
    `protocol: ${protocol}`,
    `signed at: ${signed_at} (${age_seconds} s ago)`,
    `public key: ${public_key}${source}`,
    `security token, SHA-256: ${security_token_sha256}`,
    ...`payload: ${JSON.stringify(payload, null, 2)}`.split('\n'),
  ];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AegisError('invalid_configuration', `The envelope cannot be read: ${why}.`, {
      next: 'Give a file, or - to read stdin.',
      cause,
    });
  }
}

function textOf(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function secondsOf(value: string | undefined): number | undefined {
  if (value === undefined || /^\d{1,12}$/.test(value)) return value === undefined ? undefined : Number(value);
  throw new AegisError('invalid_configuration', '--max-age-seconds: must be a whole number.', {
    next: 'Leave it out to accept any age; the servers take 30.',
  });
}
