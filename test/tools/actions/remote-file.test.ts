import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const download = (path: string, body: string | Uint8Array, type = 'application/octet-stream') =>
  callTool(server, 'get_execution_file', { execution_id: RUN, path }, [{ text: body, type }]);
const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex');

describe('a text file', () => {
  it('is text with size and digest, whatever type the server claims', async () => {
    const { structured, blob } = await download('out/größe.txt', 'Größe: 7\n', 'image/png; q=1');
    expect(server.asked[0]?.path).toBe(`/v1/executions/${RUN}/files/out/gr%C3%B6%C3%9Fe.txt`);
    expect(structured).toEqual({
      execution_id: RUN,
      path: 'out/größe.txt',
      mime_type: 'image/png',
      size: 11,
      sha256: sha256('Größe: 7\n'),
      text: 'Größe: 7\n',
    });
    expect(blob).toBeUndefined();
  });

  it('may be empty', async () => {
    expect((await download('empty', '')).structured).toMatchObject({ size: 0, text: '' });
  });

  it('that looks like a failure is a file all the same', async () => {
    const { isError, structured } = await download('e.json', '{"error":"x"}', 'application/json');
    expect([isError, structured?.text]).toEqual([false, '{"error":"x"}']);
  });

  it('beyond 256 KiB is cut between two characters, and says so', async () => {
    const body = `${'x'.repeat(262_143)}é and more`;
    const { structured } = await download('long.txt', body);
    expect(structured).toMatchObject({ truncated: true, size: 262_154, sha256: sha256(body) });
    expect(structured?.text).toBe('x'.repeat(262_143));
  });
});

describe('a file as asked for', () => {
  const asked = (as: string, body: string | Uint8Array) =>
    callTool(server, 'get_execution_file', { execution_id: RUN, path: 'a/b.txt', as }, [
      { text: body, type: 'text/plain; charset=utf-8' },
    ]);
  const uri = `aegis://executions/${RUN}/files/a/b.txt`;

  it('comes as bytes though it is text', async () => {
    const { structured, blob } = await asked('base64', 'hello');
    expect(structured).not.toHaveProperty('text');
    expect(blob).toEqual({ uri, mimeType: 'text/plain', base64: 'aGVsbG8=' });
  });

  it('comes as text, or says that it is none', async () => {
    expect((await asked('text', 'hello')).structured).toMatchObject({ text: 'hello' });
    const binary = await asked('text', new Uint8Array([0xff]));
    expect(binary.text).toMatch(/^Error bad_response: a\/b\.txt is no UTF-8 text\.\nNext: .*as=base64/);
  });

  it('comes as a link with type and size, without its content', async () => {
    const { structured, link, blob } = await asked('link', 'hello');
    expect(link).toEqual({ uri, name: 'b.txt', mimeType: 'text/plain' });
    expect(structured).toEqual({ execution_id: RUN, path: 'a/b.txt', mime_type: 'text/plain', uri });
    expect(blob).toBeUndefined();
  });

  it('comes as no link when it is larger than a link can be opened', async () => {
    const large = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 4 * 1024 * 1024 + 1 }).write('hello');
    }).listen(0, '127.0.0.1');
    await once(large, 'listening');
    const address = large.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const args = { execution_id: RUN, path: 'a', as: 'link' };
    const { text } = await callTool(server, 'get_execution_file', args, [], { url });
    large.close();
    expect(text).toMatch(/^Error too_large: a has 4194305 bytes; .*\nNext: .*save_to/);
  });

  it('beyond the size bound says where it can go', async () => {
    const { text } = await callTool(
      server,
      'get_execution_file',
      { execution_id: RUN, path: 'a' },
      [{ text: 'x'.repeat(2000) }],
      { maxResponseBytes: '1024' },
    );
    expect(text).toMatch(/^Error too_large: .*1024 bytes.*\nNext: .*save_to(?!.*as=link)/);
  });
});

describe('a file saved to this machine', () => {
  let root: string;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'aegis-save-')));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const save = (answers: readonly Answer[], args: Record<string, unknown> = {}) =>
    callTool(
      server,
      'get_execution_file',
      { execution_id: RUN, path: 'a/b.txt', save_to: 'b.txt', ...args },
      answers,
      {
        fileRoots: root,
      },
    );

  it('tells place, size and digest, and links to it', async () => {
    const { structured, link } = await save([{ text: 'hello', type: 'text/plain' }]);
    const uri = pathToFileURL(join(root, 'b.txt')).href;
    expect(structured).toEqual({
      execution_id: RUN,
      path: 'a/b.txt',
      mime_type: 'text/plain',
      size: 5,
      sha256: sha256('hello'),
      saved_to: join(root, 'b.txt'),
      uri,
    });
    expect(link).toEqual({ uri, name: 'b.txt', mimeType: 'text/plain', size: 5 });
    expect(await readFile(join(root, 'b.txt'), 'utf8')).toBe('hello');
  });

  it('has no bound in size', async () => {
    const body = 'x'.repeat(5 * 1024 * 1024);
    const { structured } = await save([{ text: body }]);
    expect(structured).toMatchObject({ size: body.length, sha256: sha256(body) });
  });

  it('leaves nothing when it is refused, or breaks off', async () => {
    const missing = await save([{ status: 404, json: { error: 'no such file' } }]);
    expect(missing.text).toContain('Error not_found (HTTP 404)');
    const short = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('hello');
      setTimeout(() => response.destroy(), 20);
    }).listen(0, '127.0.0.1');
    await once(short, 'listening');
    const address = short.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const args = { execution_id: RUN, path: 'a', save_to: 'b.txt' };
    const broken = await callTool(server, 'get_execution_file', args, [], { url, fileRoots: root });
    short.close();
    expect(broken.text).toMatch(/^Error connection_lost: .*broke in the middle of the answer/);
    expect(await readdir(root)).toEqual([]);
  });

  it('is not written by a read-only server, which still offers the tool', async () => {
    const args = { execution_id: RUN, path: 'a', save_to: 'b.txt' };
    const more = { fileRoots: root, readOnly: 'true' };
    const { text } = await callTool(server, 'get_execution_file', args, [], more);
    expect(text).toMatch(/^Error not_configured: This server is read-only: /);
    expect([server.asked, await readdir(root)]).toEqual([[], []]);
  });

  it('asks nothing of the server for a place that is taken, closed or contradicted', async () => {
    await writeFile(join(root, 'b.txt'), 'old');
    expect((await save([])).text).toMatch(/^Error conflict: b\.txt exists already\.\nNext: .*overwrite/);
    expect((await save([], { save_to: '../b.txt' })).text).toContain('Error invalid_arguments: ');
    expect((await save([], { as: 'base64' })).text).toContain('save_to excludes as=base64');
    expect(server.asked).toEqual([]);
    await save([{ text: 'new' }], { overwrite: true });
    expect(await readFile(join(root, 'b.txt'), 'utf8')).toBe('new');
  });
});

describe('a binary file', () => {
  it.each([
    ['with a NUL', new Uint8Array([0x61, 0, 0x62])],
    ['that is no UTF-8', new Uint8Array([0xff, 0xfe, 0x61])],
  ])('%s comes as bytes beside the result', async (_title, bytes) => {
    const { structured, blob } = await download('a b/c#1.bin', bytes, 'application/zip');
    expect(structured).not.toHaveProperty('text');
    expect(structured).toMatchObject({ mime_type: 'application/zip', size: 3, sha256: sha256(bytes) });
    expect(blob).toEqual({
      uri: `aegis://executions/${RUN}/files/a%20b/c%231.bin`,
      mimeType: 'application/zip',
      base64: Buffer.from(bytes).toString('base64'),
    });
  });

  it('beyond 4 MiB is refused with its size', async () => {
    const { isError, text } = await download('big.bin', new Uint8Array(4 * 1024 * 1024 + 1));
    expect(isError).toBe(true);
    expect(text).toMatch(/^Error too_large: big\.bin has 4194305 bytes; .*\nNext: /);
  });
});
