/** multipart/form-data (RFC 7578), read part by part without holding a part in memory. */

/** The body is no multipart of the announced boundary. */
export class MultipartError extends Error {}

export interface Part {
  /** Field name; undefined when the part names none. */
  readonly name: string | undefined;
  readonly filename: string | undefined;
  /** Must be read to its end before the next part is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Room for a part's header block, bytes. */
const HEADER_BYTES = 16 * 1024;

/** Whether a content type announces multipart of any kind. */
export function isMultipart(contentType: string | undefined): boolean {
  return (contentType ?? '').trimStart().toLowerCase().startsWith('multipart/');
}

/** The parts in their order. Throws MultipartError on a missing boundary, broken framing or an early end. */
export async function* partsOf(
  body: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
): AsyncGenerator<Part> {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw new MultipartError('multipart init error: Invalid `boundary`');
  const reader = new Reader(body);
  const delimiter = Buffer.from(`\r\n--${name}`);
  for await (const _preamble of reader.until(delimiter));
  while (!(await isLast(reader))) {
    const headers = await reader.text(Buffer.from('\r\n\r\n'));
    const content = reader.until(delimiter);
    yield { name: parameter(headers, 'name'), filename: parameter(headers, 'filename'), content };
    for await (const _rest of content);
  }
}

/** After a delimiter: `--` ends the body, a line break begins a part. The break stays, before the header block. */
async function isLast(reader: Reader): Promise<boolean> {
  const next = (await reader.peek(2)).toString('latin1');
  if (next !== '--' && next !== '\r\n') throw new MultipartError('multipart parse error: bad boundary');
  return next === '--';
}

function parameter(headers: string, name: string): string | undefined {
  const line = headers.split('\r\n').find((each) => /^content-disposition:/i.test(each)) ?? '';
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(line);
  return found?.[1]?.replace(/\\(.)/g, '$1') ?? found?.[2];
}

/** Bytes up to a delimiter, however the chunks fall. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** A delimiter at the very beginning counts, so the body is read as if a line break stood before it. */
  #held = Buffer.from('\r\n');

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#chunks = body[Symbol.asyncIterator]();
  }

  /** What stands before the delimiter, which is consumed. */
  async *until(delimiter: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(delimiter);
      const sure = at >= 0 ? at : Math.max(0, this.#held.length - delimiter.length + 1);
      const ready = this.#held.subarray(0, sure);
      this.#held = this.#held.subarray(at >= 0 ? at + delimiter.length : sure);
      if (ready.length > 0) yield ready;
      if (at >= 0) return;
      await this.#fill();
    }
  }

  /** A short text up to the delimiter. */
  async text(delimiter: Buffer): Promise<string> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.until(delimiter)) {
      size += piece.length;
      if (size > HEADER_BYTES) throw new MultipartError('multipart parse error: part headers too long');
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async peek(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#fill();
    return this.#held.subarray(0, length);
  }

  async #fill(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) throw new MultipartError('multipart parse error: Incomplete multipart stream');
    this.#held = Buffer.concat([this.#held, next.value]);
  }
}
