/** Cuts a byte stream into lines of bounded length. */

const LINE_FEED = 0x0a;

export interface LineEvents {
  /** A line without its line feed; may be empty, may end in a carriage return. */
  readonly line: (text: string) => void;
  /** A line over the bound was dropped. Called once for it, when the bound is passed. */
  readonly overlong: () => void;
}

export class LineReader {
  readonly #maxBytes: number;
  readonly #events: LineEvents;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number, events: LineEvents) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#append(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    this.#append(chunk.subarray(start));
  }

  /** The stream has ended: what follows the last line feed is a line too. */
  end(): void {
    if (this.#length > 0) this.#finishLine();
  }

  #append(part: Buffer): void {
    const before = this.#length;
    this.#length += part.length;
    if (this.#length <= this.#maxBytes) {
      this.#parts.push(part);
      return;
    }
    this.#parts = [];
    if (before <= this.#maxBytes) this.#events.overlong();
  }

  #finishLine(): void {
    const complete = this.#length <= this.#maxBytes;
    const text = complete ? Buffer.concat(this.#parts).toString('utf8') : '';
    this.#parts = [];
    this.#length = 0;
    if (complete) this.#events.line(text);
  }
}
