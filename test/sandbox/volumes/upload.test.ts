import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { shareSandbox, useDirectory, useSandbox } from '../_sandbox.js';
import { look, MIB, makeVolume, names, put, type Send, sender } from './_volumes.js';

const shared = shareSandbox();
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

let made = 0;
async function volume(): Promise<{ send: Send; id: string }> {
  const send = await sender(shared());
  made += 1;
  return { send, id: await makeVolume(send, `uploads-${made}`) };
}

const form = (send: Send, id: string, body: FormData, path = 'file') =>
  send('POST', `/v1/volumes/${id}/files/upload?path=${path}`, { body });

/** A multipart body written by hand. */
const raw = (send: Send, id: string, body: string, type = 'multipart/form-data; boundary=XX') =>
  put(send, id, 'file', body, { 'content-type': type });

describe('a raw body', () => {
  test('is stored as it is, whatever type it claims', async () => {
    const { send, id } = await volume();
    const { status, json } = await put(send, id, 'dir/a.txt', 'abc', { 'content-type': 'image/png' });
    expect(status).toBe(200);
    expect(json).toEqual({
      volume_id: id,
      path: 'dir/a.txt',
      name: 'a.txt',
      mime_type: 'application/octet-stream',
      size: 3,
      sha256: ABC,
    });
    expect((await look(send, id, '/download', 'dir/a.txt')).text).toBe('abc');
  });

  test('replaces what was there, and may be empty', async () => {
    const { send, id } = await volume();
    await put(send, id, 'a', 'longer than before');
    expect((await put(send, id, 'a', 'abc')).json.size).toBe(3);
    expect((await look(send, id, '/download', 'a')).text).toBe('abc');
    expect((await put(send, id, 'a', '')).json.size).toBe(0);
    expect((await look(send, id, '/download', 'a')).text).toBe('');
  });

  test.each([
    ['a%20b.txt', 'a b.txt'],
    ['%C3%A4.txt', 'ä.txt'],
    ['%E0%A4%A', '%E0%A4%A'],
    ['..', 'path.txt'],
    ['a%2Fb', 'path.txt'],
    ['a%5Cb', 'path.txt'],
    ['a%0Ab', 'path.txt'],
    ['', 'path.txt'],
    ['x'.repeat(255), 'x'.repeat(255)],
    ['x'.repeat(256), 'path.txt'],
  ])('with an X-Filename %# is named by it where it is usable', async (header, name) => {
    const { send, id } = await volume();
    const { json } = await put(send, id, 'dir/path.txt', 'x', { 'x-filename': header });
    expect(json.name).toBe(name);
    expect(await names(send, id, 'dir')).toEqual(['path.txt']);
  });

  test('of more than the framework buffers elsewhere is taken', async () => {
    const { send, id } = await volume();
    const { json } = await put(send, id, 'big', new Uint8Array(5 * MIB));
    expect(json).toMatchObject({
      size: 5242880,
      sha256: 'c036cbb7553a909f8b8877d4461924307f27ecb66cff928eeeafd569c3887e29',
    });
  });
});

describe('a multipart body', () => {
  test('gives its first part that is not empty, whatever it is called', async () => {
    const { send, id } = await volume();
    const body = new FormData();
    body.append('none', '');
    body.append('comment', 'abc');
    body.append('file', new Blob(['never']), 'never.txt');
    const { json } = await form(send, id, body);
    expect(json).toMatchObject({ path: 'file', name: 'file', size: 3, sha256: ABC });
  });

  test('names the file where the name is usable', async () => {
    const { send, id } = await volume();
    for (const [given, name] of [
      ['notes.txt', 'notes.txt'],
      ['../up.txt', 'file'],
    ] as const) {
      const body = new FormData();
      body.append('file', new Blob(['abc']), given);
      expect((await form(send, id, body)).json.name).toBe(name);
    }
    const quoted =
      '--XX\r\nContent-Disposition: form-data; name="f"; filename="a\\"b"\r\n\r\nx\r\n--XX--\r\n';
    expect((await raw(send, id, quoted)).json.name).toBe('a"b');
    const bare =
      'preamble\r\n--XX\r\ncontent-disposition: form-data; name=f; filename=bare\r\n\r\nx\r\n--XX--';
    expect((await raw(send, id, bare)).json.name).toBe('bare');
  });

  test('may hold what looks like its boundary', async () => {
    const { send, id } = await volume();
    const content = '--XX\r\n-\r\n--X\r\n\r\n--\r\r\n';
    const body = `--XX\r\n\r\n${content}\r\n--XX--\r\n`;
    expect((await raw(send, id, body)).status).toBe(200);
    expect((await look(send, id, '/download', 'file')).text).toBe(content);
  });

  test.each([
    ['no part', '--XX--\r\n'],
    ['only an empty part', '--XX\r\nContent-Disposition: form-data; name="f"\r\n\r\n\r\n--XX--\r\n'],
  ])('with %s is 422', async (_what, body) => {
    const { send, id } = await volume();
    expect((await raw(send, id, body)).json).toEqual({ error: 'multipart body contained no file' });
    expect(await names(send, id)).toEqual([]);
  });

  test.each([
    ['an empty body', '', undefined],
    ['no boundary in it', 'something else', undefined],
    ['no end', '--XX\r\n\r\ncontent', undefined],
    ['an end within the headers', '--XX\r\nContent-Disp', undefined],
    ['a fault after the file', '--XX\r\n\r\nabc\r\n--XX\r\n\r\nno end', undefined],
    ['rubbish after a boundary', '--XX\r\n\r\nabc\r\n--XXrubbish', undefined],
    ['endless headers', `--XX\r\n${'x'.repeat(20_000)}`, undefined],
    ['no boundary announced', '--XX--', 'multipart/form-data'],
    ['more than 2 MiB', `--XX\r\n\r\n${'x'.repeat(2 * MIB)}\r\n--XX--`, undefined],
  ])('with %s is 400 and leaves nothing', async (_what, body, type) => {
    const { send, id } = await volume();
    const answer = await raw(send, id, body, type);
    expect([answer.status, answer.type]).toEqual([400, 'application/json']);
    expect(await names(send, id)).toEqual([]);
  });
});

describe('the destination', () => {
  test.each([
    ['', 'destination path is empty'],
    ['/a', "destination path must be relative (no leading '/')"],
    ['a/../b', "destination path may not contain '..'"],
    ['a\nb', 'destination path contains control characters'],
    ['a\u0085b', 'destination path contains control characters'],
  ])('%j is 422', async (path, error) => {
    const { send, id } = await volume();
    const answer = await put(send, id, path, 'x');
    expect([answer.status, answer.json]).toEqual([422, { error }]);
  });

  test('that cannot be written is 500 and leaves what was there', async () => {
    const { send, id } = await volume();
    await put(send, id, 'file', 'abc');
    await put(send, id, 'dir/inner', 'abc');
    for (const path of ['file/below', 'dir', '.', 'n'.repeat(256)]) {
      expect((await put(send, id, path, 'x')).status).toBe(500);
    }
    expect(await names(send, id)).toEqual(['dir', 'file']);
  });

  test('beats the volume, which beats nothing else', async () => {
    const { send } = await volume();
    expect((await put(send, 'nonsense', '/a', 'x')).status).toBe(422);
    expect((await put(send, 'nonsense', 'a', 'x')).json).toEqual({
      error: "expected volume UUID or reserved name 'chat-attachments'",
    });
    const missing = '00000000-0000-4000-8000-000000000000';
    expect((await raw(send, missing, '--XX--')).status).toBe(422);
    expect((await put(send, missing, 'a', 'x')).status).toBe(404);
  });
});

describe('the cap of the tier', () => {
  /** Announces a length, or sends in chunks, and sends `bytes` zeros. */
  function sendZeros(url: string, authorization: string, bytes: number, declared?: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { authorization, ...(declared !== undefined && { 'content-length': declared }) };
      const sent = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      let left = bytes;
      const more = () => {
        while (left > 0) {
          const size = Math.min(left, MIB);
          left -= size;
          if (!sent.write(Buffer.alloc(size))) return void sent.once('drain', more);
        }
        if (declared === undefined || declared === bytes) sent.end();
      };
      more();
    });
  }

  test('is 413 at once for an announced length, and when the bytes pass it', async () => {
    const data = useDirectory();
    const sandbox = await useSandbox({ data });
    const options = { user: 'free@sandbox.local' };
    const send = await sender(sandbox, options);
    const id = await makeVolume(send, 'small');
    const url = `${sandbox.url}/v1/volumes/${id}/files/upload?path=a`;
    const bearer = `Bearer ${await sandbox.issueToken(options)}`;
    expect(await sendZeros(url, bearer, 10, 50 * MIB + 1)).toBe(413);
    expect(await sendZeros(url, bearer, 50 * MIB + 1)).toBe(413);
    expect(await names(send, id)).toEqual([]);
    expect(readdirSync(join(data, 'files', 'volumes', '.unfinished'))).toEqual([]);
    expect(await sendZeros(url, bearer, 50 * MIB, 50 * MIB)).toBe(200);
    expect((await look(send, id, '/stat', 'a')).json.size).toBe(52428800);
  });

  test('is far above the memory that a large upload and download need', async () => {
    const { send, id } = await volume();
    const bearer = `Bearer ${await shared().issueToken()}`;
    const url = `${shared().url}/v1/volumes/${id}/files`;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers);
    }, 5);
    const before = process.memoryUsage().arrayBuffers;
    expect(await sendZeros(`${url}/upload?path=a`, bearer, 256 * MIB, 256 * MIB)).toBe(200);
    let size = 0;
    const answer = await fetch(`${url}/download?path=a`, { headers: { authorization: bearer } });
    for await (const chunk of answer.body ?? []) size += chunk.length;
    clearInterval(watch);
    expect([size, answer.headers.get('content-length')]).toEqual([268435456, '268435456']);
    expect(peak - before).toBeLessThan(96 * MIB);
    await send('DELETE', `/v1/volumes/${id}`);
  });

  test('does not matter to a sender that breaks off: nothing is left', async () => {
    const data = useDirectory();
    const sandbox = await useSandbox({ data });
    const send = await sender(sandbox);
    const id = await makeVolume(send, 'half');
    const authorization = `Bearer ${await sandbox.issueToken()}`;
    const url = `${sandbox.url}/v1/volumes/${id}/files/upload?path=a`;
    const sent = request(url, { method: 'POST', headers: { authorization, 'content-length': 1000 } });
    sent.on('error', () => undefined);
    sent.write('half');
    const unfinished = join(data, 'files', 'volumes', '.unfinished');
    await vi.waitFor(() => expect(readdirSync(unfinished)).toHaveLength(1));
    sent.destroy();
    await vi.waitFor(() => expect(readdirSync(unfinished)).toEqual([]));
    expect(existsSync(join(data, 'files', 'volumes', id, 'a'))).toBe(false);
  });
});

describe('chat-attachments', () => {
  test('is made on first use with the whole budget of the tier, and found again', async () => {
    const send = await sender(shared(), { user: 'free@sandbox.local' });
    const first = await put(send, 'chat-attachments', 'a.txt', 'abc');
    expect(first.status).toBe(200);
    const id = first.json.volume_id;
    expect((await put(send, 'chat-attachments', 'b.txt', 'abc')).json.volume_id).toBe(id);
    expect((await send('GET', '/v1/volumes')).json).toMatchObject([
      { id, name: 'chat-attachments', size_limit_bytes: 524288000, used_bytes: 6 },
    ]);
    const more = { label: 'more', size_limit_bytes: 1 };
    expect((await send('POST', '/v1/volumes', { json: more })).status).toBe(422);
    expect((await look(send, 'chat-attachments', '', '/')).status).toBe(400);
  });

  test('is 422 where the budget is taken, and 10 GiB where there is none', async () => {
    const pro = await sender(shared(), { user: 'pro@sandbox.local' });
    await makeVolume(pro, 'other');
    expect((await put(pro, 'chat-attachments', 'a', 'x')).status).toBe(422);
    const admin = await sender(shared(), { user: 'admin' });
    await put(admin, 'chat-attachments', 'a', 'x');
    expect((await admin('GET', '/v1/volumes')).json).toMatchObject([{ size_limit_bytes: 10737418240 }]);
  });

  test('of two first uploads at once is one volume', async () => {
    const send = await sender(shared(), { user: 'business@sandbox.local' });
    const both = await Promise.all(['a', 'b'].map((path) => put(send, 'chat-attachments', path, 'x')));
    expect(both[0]?.json.volume_id).toBe(both[1]?.json.volume_id);
  });
});
