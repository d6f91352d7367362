import { describe, expect, it } from 'vitest';
import { parseEvents } from '../../src/client/sse.js';
import type { SseEvent } from '../../src/client/types.js';

async function* chunksOf(parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? new TextEncoder().encode(part) : part;
}

async function parse(...parts: (string | Uint8Array)[]): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of parseEvents(chunksOf(parts))) events.push(event);
  return events;
}

const message = (data: string): SseEvent => ({ event: 'message', data, id: undefined });

describe('parseEvents', () => {
  it.each<[string, string[], SseEvent[]]>([
    ['LF', ['data: a\n\ndata: b\n\n'], [message('a'), message('b')]],
    ['CRLF', ['data: a\r\n\r\ndata: b\r\n\r\n'], [message('a'), message('b')]],
    ['CR', ['data: a\r\rdata: b\r\r'], [message('a'), message('b')]],
    ['CRLF split across chunks', ['data: a\r', '\ndata: b\r', '\n\r', '\n'], [message('a\nb')]],
    ['a line split across chunks', ['da', 'ta: {"a"', ':1}', '\n', '\n'], [message('{"a":1}')]],
    ['a byte-order mark at the start only', ['\ufeffdata: a\n\n\ufeffdata: b\n\n'], [message('a')]],
    [
      'data without a space, with one, with two',
      ['data:a\n\ndata: b\n\ndata:  c\n\n'],
      ['a', 'b', ' c'].map(message),
    ],
    ['several data lines', ['data: a\ndata\ndata: b\n\n'], [message('a\n\nb')]],
    ['an empty data line', ['data\n\n'], [message('')]],
    ['comments', [':\n\n: keep-alive\n\ndata: a\n:x\ndata: b\n\n'], [message('a\nb')]],
    ['unknown fields and retry', ['retry: 10\nfoo: bar\nDATA: no\ndata: a\n\n'], [message('a')]],
    ['an event without data', ['event: ping\n\ndata: a\n\n'], [message('a')]],
    [
      'a name for one event',
      ['event: add\ndata: 1\n\ndata: 2\n\n'],
      [{ ...message('1'), event: 'add' }, message('2')],
    ],
    [
      'an id that stays in force',
      ['id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n'],
      [
        { ...message('a'), id: '7' },
        { ...message('b'), id: '7' },
        { ...message('c'), id: '' },
      ],
    ],
    ['an id with NUL', ['id: a\0b\ndata: a\n\n'], [message('a')]],
    ['an event cut off by the end', ['data: a\n\ndata: b\n'], [message('a')]],
    ['colons in data', ['data: a: b:c\n\n'], [message('a: b:c')]],
  ])('handles %s', async (_title, parts, events) => {
    expect(await parse(...parts)).toEqual(events);
  });

  it('joins characters whose bytes are split anywhere', async () => {
    const bytes = new TextEncoder().encode('data: é€😀\n\n');
    expect(await parse(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual([message('é€😀')]);
  });

  it.each([
    ['one long line', ['data: ', ...Array<string>(17).fill('x'.repeat(65_536))]],
    ['many short lines', Array<string>(40_000).fill('data: 0123456789012345678901234567\n')],
    ['a long comment', [':', ...Array<string>(17).fill('x'.repeat(65_536))]],
  ])('refuses an event of more than 1 MiB: %s', async (_title, parts) => {
    await expect(parse(...parts)).rejects.toMatchObject({ code: 'bad_response' });
  });

  it('takes an event of just under 1 MiB, and any number of comments', async () => {
    const data = 'x'.repeat(1024 * 1024 - 6);
    const comments = Array<string>(2_000).fill(`: ${'y'.repeat(1_000)}\n`);
    expect(await parse(`data: ${data}\n`, ...comments, '\n')).toEqual([message(data)]);
  });
});
