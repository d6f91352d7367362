/** Receipts as a model or an auditor reads them. */
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { RecordedCall } from '../../seal/journal-read.js';
import { isSignedReceipt, RECEIPT_PROTOCOL } from '../../seal/receipt.js';
import type { Context } from '../context.js';
import type { AnyArgs } from '../define.js';
import { without } from '../results.js';
import { cleanJson } from '../untrusted.js';

/** Most receipts of one list. */
export const MOST_RECEIPTS = 100;
const DEFAULT_LIMIT = 20;

interface Asked {
  readonly id?: string | undefined;
  readonly include_envelope?: boolean | undefined;
  readonly limit?: number | undefined;
  readonly before?: number | undefined;
}

/** One receipt, or a page of the newest. Throws `not_found` for an id that the acting identity has no receipt of. */
export async function getReceipt({ args, context }: { readonly args: Asked; readonly context: Context }) {
  return { value: args.id === undefined ? await list(args, context) : await one(args.id, args, context) };
}

async function one(id: string, { include_envelope = false }: Asked, context: Context) {
  const [call] = await context.receipts({ id, limit: 1 });
  if (call !== undefined) return { receipt: wholeOf(call, include_envelope) };
  throw new AegisError('not_found', `The journal has no receipt ${id} of this identity.`, {
    next: 'List the newest with get_receipt without id; archives beyond their age are deleted (--journal-keep-days).',
  });
}

async function list({ limit = DEFAULT_LIMIT, before }: Asked, context: Context) {
  const calls = await context.receipts({ limit, before });
  const receipts = calls.map(summaryOf);
  const isFull = receipts.length === limit;
  return { receipts, next_before: isFull ? (receipts.at(-1)?.seq ?? null) : null };
}

function summaryOf({ begin, finish }: RecordedCall) {
  const { seq, tenant } = begin;
  if (typeof seq !== 'number') throw unreadable('seq');
  return {
    id: textOf(begin, 'id'),
    seq,
    at: textOf(begin, 'at'),
    tool: textOf(begin, 'tool'),
    via: textOf(begin, 'via'),
    outcome: textOf(finish ?? begin, 'outcome'),
    detail: finish?.detail ?? null,
    finished_at: finish?.at ?? null,
    actor: textOf(begin, 'actor'),
    tenant: tenant ?? null,
  };
}

/**
 * The security token is left out unless it is asked for: a result stands in the context of a model and in its logs. A
 * statement about a REST call has none.
 */
function wholeOf(call: RecordedCall, isWhole: boolean) {
  const { begin } = call;
  const { envelope } = begin;
  if (!isObject(envelope)) throw unreadable('envelope');
  const withheld = !isWhole && envelope.security_token !== RECEIPT_PROTOCOL;
  return {
    ...summaryOf(call),
    session_id: begin.session_id ?? null,
    public_key: textOf(begin, 'public_key'),
    signature_valid: isSignedReceipt(begin),
    token_withheld: withheld,
    ...(withheld ? { envelope: without(envelope, 'security_token') } : exact(envelope)),
  };
}

/** Results are cleaned of invisible characters. A signature covers them: such an envelope comes as its bytes too. */
function exact(envelope: AnyArgs): AnyArgs {
  const text = JSON.stringify(envelope);
  if (JSON.stringify(cleanJson(envelope)) === text) return { envelope };
  return { envelope, envelope_base64: Buffer.from(text).toString('base64') };
}

function textOf(entry: AnyArgs, key: string): string {
  const value = entry[key];
  if (typeof value === 'string') return value;
  throw unreadable(key);
}

function unreadable(key: string): AegisError {
  return new AegisError('internal', `An entry of the journal has no ${key} that can be read.`, {
    next: 'Check the journal with aegis-mcp seal verify-journal; whoami names its file.',
  });
}
