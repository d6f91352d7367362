import { describe, expect, it } from 'vitest';
import { connect, makeFactory } from './_connect.js';

describe('tools/call', () => {
  it('gives text and structured content on success', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'echo', arguments: { a: 1 } })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: '{"a":1}' }], structuredContent: { a: 1 } },
    });
  });

  it('takes absent arguments as none', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'echo' })).toMatchObject({
      result: { structuredContent: {} },
    });
  });

  it('gives only text on failure', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'fail' })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: 'not_found: no such agent' }], isError: true },
    });
  });

  it('turns a thrown error into a failed result with code, cause and next step', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'throw' })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        content: [{ type: 'text', text: expect.stringMatching(/^Error internal: boom\nNext: .*report it/) }],
        isError: true,
      },
    });
  });

  it('shows an image as an image', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'picture' })).toMatchObject({
      result: { content: [{ type: 'text' }, { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' }] },
    });
  });

  it('embeds other bytes as a resource', async () => {
    const { request } = await connect();
    const resource = { uri: 'aegis://volume/a.zip', mimeType: 'application/zip', blob: 'UEsDBA==' };
    expect(await request('tools/call', { name: 'archive' })).toMatchObject({
      result: { content: [{ type: 'text' }, { type: 'resource', resource }] },
    });
  });

  it('refuses an unknown tool as invalid params, naming the near miss', async () => {
    const { request } = await connect();
    expect(await request('tools/call', { name: 'ecko' })).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32602, message: 'There is no tool "ecko". Did you mean echo?' },
    });
  });

  it.each([
    ['no name', {}],
    ['a name that is no string', { name: 7 }],
    ['arguments that are a list', { name: 'echo', arguments: [1] }],
    ['arguments that are null', { name: 'echo', arguments: null }],
  ])('refuses %s as invalid params', async (_title, params) => {
    const { request } = await connect();
    expect(await request('tools/call', params)).toMatchObject({ error: { code: -32602 } });
  });
});

describe('progress', () => {
  it('is sent in increasing order before the result and never after it', async () => {
    const { request, sent } = await connect();
    await request('tools/call', { name: 'count', _meta: { progressToken: 'tok' } });
    await request('tools/call', { name: 'sleep', arguments: { ms: 20 } }, 2);
    const notification = (progress: number) => ({
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 'tok', progress, total: 3, message: `step ${progress}` },
    });
    expect(sent.slice(0, -2)).toEqual([notification(1), notification(2), notification(3)]);
    expect(sent.slice(-2)).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('is not sent to a client that gave no token', async () => {
    const { request, sent } = await connect();
    await request('tools/call', { name: 'count' });
    await request('tools/call', { name: 'sleep', arguments: { ms: 20 } }, 2);
    expect(sent).toMatchObject([{ id: 1 }, { id: 2 }]);
  });
});

describe('cancellation', () => {
  it('fires the signal of the call with an AbortError and leaves the request unanswered', async () => {
    const events: string[] = [];
    const { client, request, sent } = await connect(makeFactory((event) => events.push(event)));
    await client.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'wait' } });
    await request('ping');
    await client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    await request('ping', {}, 2);
    expect(events).toEqual(['started wait', 'aborted wait: AbortError: The client cancelled the call.']);
    expect(sent).toMatchObject([{ id: 1 }, { id: 2 }]);
  });

  it('of everything at shutdown is answered', async () => {
    const factory = makeFactory();
    const { request } = await connect(factory);
    const answer = request('tools/call', { name: 'wait' });
    await request('ping', {}, 2);
    factory.stop('The server is shutting down.');
    const text = 'cancelled: The server is shutting down.';
    expect(await answer).toMatchObject({ result: { isError: true, content: [{ type: 'text', text }] } });
  });

  it('meets calls that come after the shutdown began', async () => {
    const factory = makeFactory();
    const { request } = await connect(factory);
    factory.stop('The server is shutting down.');
    expect(await request('tools/call', { name: 'wait' })).toMatchObject({ result: { isError: true } });
  });

  it('of one call does not touch another with the same factory', async () => {
    const events: string[] = [];
    const factory = makeFactory((event) => events.push(event));
    const [first, second] = [await connect(factory), await connect(factory)];
    await first.client.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'wait' } });
    await second.client.send({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'wait' } });
    await first.client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 5 } });
    await first.request('ping');
    expect(events).toHaveLength(3);
    factory.stop('end');
  });
});
