/** Server-Sent Events (WHATWG HTML, section 9.2.6 "Interpreting an event stream"). */
import { AegisError } from '../errors.js';
import type { SseEvent } from './types.js';

/** Largest event, characters of its lines together. */
const MAX_EVENT = 1024 * 1024;

/**
 * Events of a byte stream: CR, LF and CRLF line ends, one byte-order mark, characters and lines split across
 * chunks. Comments and unknown fields are dropped, as is an event cut off by the end. `retry` is not delivered:
 * whoever reconnects decides when. Throws `bad_response` for an event over 1 MiB.
 */
export async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<SseEvent, void, undefined> {
  const decoder = new TextDecoder();
  const lines = new LineSplitter();
  const assembler = new EventAssembler();
  for await (const chunk of chunks) {
    for (const line of lines.push(decoder.decode(chunk, { stream: true }))) {
      const event = assembler.push(line);
      if (event !== undefined) yield event;
    }
    if (assembler.size + lines.size > MAX_EVENT) throw tooLarge();
  }
}

/** Splits text into lines as it arrives. */
class LineSplitter {
  #pending = '';
  /** The last chunk ended with CR: an LF at the start of the next one belongs to it. */
  #afterCr = false;

  /** Characters of the unfinished line. */
  get size(): number {
    return this.#pending.length;
  }

  *push(chunk: string): Generator<string, void, undefined> {
    if (chunk === '') return;
    const text = this.#afterCr && chunk.startsWith('\n') ? chunk.slice(1) : chunk;
    this.#afterCr = chunk.endsWith('\r');
    let start = 0;
    for (const end of text.matchAll(/\r\n|\r|\n/g)) {
      yield this.#pending + text.slice(start, end.index);
      this.#pending = '';
      start = end.index + end[0].length;
    }
    this.#pending += text.slice(start);
  }
}

/** Builds events from lines. */
class EventAssembler {
  #event = '';
  #data: string[] = [];
  #id: string | undefined;
  #size = 0;

  /** Characters of the unfinished event. */
  get size(): number {
    return this.#size;
  }

  /** Takes one line; returns the event that it completes. */
  push(line: string): SseEvent | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    this.#size += line.length;
    if (this.#size > MAX_EVENT) throw tooLarge();
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.#set(field, value);
    return undefined;
  }

  #set(field: string, value: string): void {
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  /** An event without data is none. The last id stays in force. */
  #dispatch(): SseEvent | undefined {
    const data = this.#data;
    const event = this.#event === '' ? 'message' : this.#event;
    this.#event = '';
    this.#data = [];
    this.#size = 0;
    return data.length === 0 ? undefined : { event, data: data.join('\n'), id: this.#id };
  }
}

function tooLarge(): AegisError {
  return new AegisError('bad_response', 'The server sent an event of more than 1 MiB.', {
    next: 'Read the record of the execution instead of its stream.',
  });
}
