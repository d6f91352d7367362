import { createHash } from 'node:crypto';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { createRuntime } from '../../../src/runtime/index.js';
import { createLocalFiles } from '../../../src/runtime/local-files.js';
import { filenameHeader, multipartBody, rawBody } from '../../../src/tools/actions/upload.js';
import { callTool } from '../_call.js';
import { NO_MEANS } from '../_means.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const VOLUME = '6f1d2c3b-4a59-4e68-9d77-8c9bafbecd01';
const ANSWER = { volume_id: VOLUME, path: 'x', name: 'x', mime_type: 'a/b', size: 1, sha256: 'f'.repeat(64) };

let server: ScriptedServer;
let root: string;
beforeAll(async () => {
  server = await startScriptedServer();
  root = await realpath(await mkdtemp(join(tmpdir(), 'aegis-upload-')));
  await writeFile(join(root, 'table.csv'), 'a,b\n');
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true, force: true });
});

const upload = (args: Record<string, unknown>, dialect = 'live') =>
  callTool(server, 'upload_file', { volume_id: VOLUME, ...args }, [{ json: ANSWER }], {
    fileRoots: root,
    dialect,
  });
const sent = async (body: Awaited<ReturnType<typeof rawBody>>) => {
  if (!('source' in body)) throw new Error('no source');
  const pieces: Uint8Array[] = [];
  for await (const piece of body.source.open()) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  expect(bytes.length).toBe(body.source.size);
  return { type: body.type, bytes };
};

describe('a local file', () => {
  it.each([
    [{ local_path: 'table.csv' }, 'table.csv'],
    [{ file: 'table.csv' }, 'table.csv'],
    [{ local_path: './table.csv', path: '/data/' }, 'data/table.csv'],
    [{ local_path: 'table.csv', path: 'data/other.csv' }, 'data/other.csv'],
    [{ local_path: 'table.csv', path: '/', filename: 'Tafel.csv' }, 'Tafel.csv'],
  ])('%j goes to %s', async (args, path) => {
    await upload(args);
    expect(server.asked).toEqual([
      {
        method: 'POST',
        path: `/v1/volumes/${VOLUME}/files/upload?path=${encodeURIComponent(path)}`,
        type: 'application/octet-stream',
        body: 'a,b\n',
      },
    ]);
  });

  it('goes as multipart to a server of the published kind', async () => {
    await upload({ local_path: 'table.csv' }, 'documented');
    expect(server.asked[0]?.body).toContain('name="file"; filename="table.csv"\r\n');
    expect(server.asked[0]?.body).toContain('\r\n\r\na,b\n\r\n--aegis-mcp-');
  });

  it('outside the roots is not sent', async () => {
    const { text } = await upload({ local_path: '/etc/hostname' });
    expect(text).toContain(
      'Error invalid_arguments: /etc/hostname is not below a folder open to this server.',
    );
    expect(server.asked).toEqual([]);
  });
});

describe('content', () => {
  it('is given in UTF-8, and may be empty', async () => {
    const { type, bytes } = await sent(await rawBody({ volume_id: VOLUME, content: 'é' }, NO_MEANS));
    expect([type, bytes.toString('hex')]).toEqual(['application/octet-stream', 'c3a9']);
    expect((await sent(await rawBody({ volume_id: VOLUME, content: '' }, NO_MEANS))).bytes).toHaveLength(0);
    await upload({ path: 'empty', content: '' });
    expect(server.headers[0]?.['content-length']).toBe('0');
  });

  it.each([
    ['AAEC/w==', '000102ff'],
    ['AAEC/w', '000102ff'],
    ['AAEC\n/w==\n', '000102ff'],
    ['', ''],
  ])('in base64 %j is decoded', async (content_base64, hex) => {
    const { bytes } = await sent(await rawBody({ volume_id: VOLUME, content_base64 }, NO_MEANS));
    expect(bytes.toString('hex')).toBe(hex);
  });

  it.each(['a', 'aaaaa', 'a*bc', 'data:text/plain;base64,aGk=', 'aGk_', 'a=bc'])(
    'in base64 %j is refused',
    async (content_base64) => {
      await expect(rawBody({ volume_id: VOLUME, content_base64 }, NO_MEANS)).rejects.toMatchObject({
        code: 'invalid_arguments',
        message: 'upload_file: content_base64 is no base64.',
      });
    },
  );

  it.each([
    [{}, 'none of them is there'],
    [{ content: '', local_path: 'a' }, '2 of them are there'],
    [{ content: '', local_path: 'a', content_base64: '' }, '3 of them are there'],
  ])('is given once: %j', async (args, found) => {
    const message = `upload_file: exactly one of local_path, content and content_base64 is needed; ${found}.`;
    for (const body of [rawBody, multipartBody])
      await expect(body({ volume_id: VOLUME, ...args }, NO_MEANS)).rejects.toMatchObject({
        code: 'invalid_arguments',
        message,
      });
  });
});

describe('the multipart body', () => {
  const args = { volume_id: VOLUME, path: 'a/b.txt', content: 'x' };

  it('has a boundary that nobody can foresee', async () => {
    const types = await Promise.all(
      [1, 2].map(async () => (await sent(await multipartBody(args, NO_MEANS))).type),
    );
    expect(new Set(types).size).toBe(2);
  });

  it('is read as one file by an independent parser', async () => {
    const filename = 'ä "1"\r\n.txt';
    const { type, bytes } = await sent(await multipartBody({ ...args, filename }, NO_MEANS));
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
    const [[name, file] = []] = [...form.entries()];
    expect([...form.keys()]).toEqual(['file']);
    if (!(file instanceof Blob)) throw new Error('no file');
    expect([name, Reflect.get(file, 'name'), await file.text()]).toEqual(['file', filename, 'x']);
  });

  it('gives a local file as it is, as often as it is sent', async () => {
    const means = { ...NO_MEANS, files: createLocalFiles([root]) };
    const body = await multipartBody({ volume_id: VOLUME, path: 't.csv', local_path: 'table.csv' }, means);
    const [first, second] = [await sent(body), await sent(body)];
    const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(hash(first.bytes)).toBe(hash(second.bytes));
  });
});

describe('the result', () => {
  it('says size however the server calls it', async () => {
    const answers = [{ json: { name: 'x', size_bytes: 3 } }];
    const { structured } = await callTool(
      server,
      'upload_file',
      { volume_id: VOLUME, path: 'x', content: 'abc' },
      answers,
    );
    expect(structured).toEqual({ volume_id: VOLUME, path: 'x', name: 'x', size: 3 });
  });

  it('is told even with a size beyond 2^53', async () => {
    const answers = [{ text: '{"name":"x","size":18446744073709551615}', type: 'application/json' }];
    const args = { volume_id: VOLUME, path: 'x', content: 'abc' };
    const { structured } = await callTool(server, 'upload_file', args, answers);
    expect(structured?.size).toBe('18446744073709551615');
  });

  it('of a refusal for size says where the limit is told', async () => {
    const answers = [{ status: 413, json: { error: 'file exceeds 50 MiB' } }];
    const { text } = await callTool(
      server,
      'upload_file',
      { volume_id: VOLUME, path: 'x', content: 'abc' },
      answers,
    );
    expect(text).toBe(
      'Error too_large (HTTP 413): The request is too large for the server: file exceeds 50 MiB.\n' +
        'Next: Send a smaller file: max_file_size_bytes of get_volume_quota is the largest the tier takes.',
    );
  });
});

it('is sent as bytes where a server that was taken for the published kind refuses large multipart', async () => {
  const answers: Answer[] = [{ status: 405, empty: true }, { json: { execution_id: VOLUME } }];
  const refused = { status: 400, json: { error: 'multipart read error' } };
  const runtime = createRuntime(
    readConfig(
      { url: server.url, toolsets: 'all', seal: 'off', journal: ':memory:', logLevel: 'silent' },
      {},
    ),
  );
  const call = (tool: string, args: unknown) =>
    runtime.host.call(tool, args, { signal: AbortSignal.timeout(10_000), progress: () => undefined });
  server.script([...answers, refused, { json: ANSWER }]);
  await call('start_execution', { agent_id: VOLUME, input: 'x' });
  const { isError, text } = await call('upload_file', { volume_id: VOLUME, path: 'x', content: 'abc' });
  await runtime.close();
  expect(isError, text).toBe(false);
  expect(server.asked.slice(2).map(({ type }) => type?.split(';')[0])).toEqual([
    'multipart/form-data',
    'application/octet-stream',
  ]);
});

it('of a refused path is told in the words about the path, not about the size of the other form', async () => {
  const answers = [
    { status: 422, json: { error: "destination path may not contain '..'" } },
    { status: 400, json: { error: 'multipart read error' } },
  ];
  const args = { volume_id: VOLUME, path: 'a/../b', content: 'abc' };
  const { text } = await callTool(server, 'upload_file', args, answers);
  expect(text).toContain(
    'Error refused (HTTP 422): The server refused the request: destination path may not',
  );
});

it('a display name is percent-encoded, whatever is in it', () => {
  expect(filenameHeader({ volume_id: VOLUME, filename: 'ä\r\nx\uD800' })).toEqual({
    'x-filename': '%C3%A4%0D%0Ax%EF%BF%BD',
  });
  expect(filenameHeader({ volume_id: VOLUME })).toEqual({ 'x-filename': undefined });
});
