/** The volume tools against the sandbox of both dialects. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync } from 'node:fs';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shareDomain, unproven } from '../_domain.js';
import { failure, type Json, type Tools } from '../_tools.js';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const NOBODY = '00000000-0000-4000-8000-000000000000';
const MIB = 1024 * 1024;
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const root = realpathSync(mkdtempSync(join(tmpdir(), 'aegis-volumes-')));
afterAll(() => rm(root, { recursive: true, force: true }));

describe.each(['live', 'documented'] as const)('against a server of the %s routes', (dialect) => {
  const domain = shareDomain({ dialect }, { fileRoots: root });
  let tools: Tools;
  let volume_id: unknown;
  const names = async (path?: string): Promise<unknown[]> => {
    const { files } = await tools.must('list_files', { volume_id, ...(path !== undefined && { path }) });
    return Object(files)
      .map(({ name }: Json) => name)
      .sort();
  };
  beforeAll(async () => {
    tools = domain().tools;
    volume_id = (await tools.must('create_volume', { name: 'work' })).id;
  });

  it('creates, lists, renames and deletes volumes', async () => {
    const made = await tools.must('create_volume', { payload: { name: 'my-dataset', size_limit_bytes: 1 } });
    expect(made).toMatchObject({ id: UUID, name: 'my-dataset' });
    const { id } = made;
    const { volumes } = await tools.must('list_volumes');
    expect(volumes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id, name: 'my-dataset', used_bytes: 0 }),
        expect.objectContaining({ id: volume_id, name: 'work', size_limit_bytes: 262144000 }),
      ]),
    );
    const renamed = { volume_id: id, name: 'corpus', status: 'renamed' };
    expect(await tools.must('rename_volume', { volume_id: id, name: 'corpus' })).toMatchObject(renamed);
    expect(await tools.must('get_volume', { volume_id: id })).toMatchObject({ id, name: 'corpus' });
    const deleted = { volume_id: id, status: 'deleted' };
    expect(await tools.must('delete_volume', { volume_id: id })).toMatchObject(deleted);
    expect(await failure(tools, 'get_volume', { volume_id: id })).toContain('Error not_found (HTTP 404)');
  });

  it('tells a quota without a limit without loss', async () => {
    expect(await tools.must('get_volume_quota')).toMatchObject({
      volume_limit: 4294967295,
      quota_bytes: '18446744073709551615',
      unlimited: true,
      summary: expect.stringMatching(/^\d+ of any number of volumes, \d+ bytes used without a limit/),
    });
  });

  it('uploads text and bytes, lists, stats and downloads them', async () => {
    const text = { volume_id, path: 'data/größe 1.txt', content: 'hello' };
    const uploaded = { volume_id, path: 'data/größe 1.txt', name: 'größe 1.txt', size: 5 };
    expect(await tools.must('upload_file', text)).toMatchObject(uploaded);
    const bytes = { volume_id, path: '/data/', filename: 'b.bin', content_base64: 'AAEC' };
    expect(await tools.must('upload_file', bytes)).toMatchObject({ path: 'data/b.bin', size: 3 });
    expect(await names('data')).toEqual(['b.bin', 'größe 1.txt']);
    const { files } = await tools.must('list_files', { volume_id });
    expect(files).toEqual([expect.objectContaining({ name: 'data', is_dir: true })]);
    expect(await tools.must('download_file', { volume_id, path: 'data/größe 1.txt' })).toEqual({
      volume_id,
      path: 'data/größe 1.txt',
      mime_type: 'text/plain',
      size: 5,
      sha256: HELLO,
      text: 'hello',
    });
    const { content } = await tools.call('download_file', { volume_id, path: 'data/b.bin' });
    expect(content[1]).toEqual({
      type: 'resource',
      resource: {
        uri: `aegis://volumes/${volume_id}/files/data/b.bin`,
        mimeType: 'application/octet-stream',
        blob: 'AAEC',
      },
    });
    const stat = { volume_id, path: 'data/größe 1.txt' };
    if (dialect === 'live')
      expect(await tools.must('stat_file', stat)).toMatchObject({ size: 5, sha256: HELLO });
    else
      expect(await failure(tools, 'stat_file', stat)).toMatch(
        /^Error unsupported .*\nNext: Use download_file/s,
      );
  });

  it('gives a file as link, and as bytes where text is not wanted', async () => {
    await tools.must('upload_file', { volume_id, path: 'links/a.txt', content: 'hello' });
    const file = { volume_id, path: 'links/a.txt' };
    const uri = `aegis://volumes/${volume_id}/files/links/a.txt`;
    const link = await tools.call('download_file', { ...file, as: 'link' });
    expect(link.structured).toEqual({ ...file, mime_type: 'text/plain', size: 5, uri });
    expect(link.content[1]).toEqual({
      type: 'resource_link',
      uri,
      name: 'a.txt',
      mimeType: 'text/plain',
      size: 5,
    });
    const bytes = await tools.call('download_file', { ...file, as: 'base64' });
    expect(bytes.structured).not.toHaveProperty('text');
    expect(Object(bytes.content[1]).resource).toMatchObject({ uri, blob: 'aGVsbG8=' });
  });

  it('makes directories, moves and deletes', async () => {
    await tools.must('upload_file', { volume_id, path: 'a.txt', content: 'hello' });
    const made = { volume_id, path: 'kept', status: 'created' };
    expect(await tools.must('mkdir', { volume_id, path: 'kept' })).toMatchObject(made);
    const move = { source: 'a.txt', destination: 'kept/b.txt' };
    const moved = { volume_id, ...move, status: 'moved' };
    expect(await tools.must('move_path', { volume_id, payload: move })).toMatchObject(moved);
    expect(await names('kept')).toEqual(['b.txt']);
    const deleted = { volume_id, path: '/kept/b.txt', status: 'deleted' };
    expect(await tools.must('delete_path', { volume_id, path: '/kept/b.txt' })).toMatchObject(deleted);
    expect(await names('kept')).toEqual([]);
  });

  it('uploads a local file of 64 MiB and saves it again, byte for byte', async () => {
    const piece = randomBytes(MIB);
    const whole = Buffer.concat(Array(64).fill(piece));
    await writeFile(join(root, 'big.bin'), whole);
    const sent = await tools.must('upload_file', { volume_id, file: 'big.bin' });
    expect(sent).toMatchObject({ path: 'big.bin', size: 64 * MIB });
    const back = { volume_id, path: 'big.bin', save_to: 'back.bin' };
    const progress: string[] = [];
    const called = await tools.call('download_file', back, {
      onProgress: (said) => void progress.push(said),
    });
    expect(called.structured).toEqual({
      volume_id,
      path: 'big.bin',
      mime_type: 'application/octet-stream',
      size: 64 * MIB,
      sha256: sha256(whole),
      saved_to: join(root, 'back.bin'),
      uri: pathToFileURL(join(root, 'back.bin')).href,
    });
    expect(called.content[1]).toMatchObject({ type: 'resource_link', name: 'back.bin', size: 64 * MIB });
    expect(whole.equals(await readFile(join(root, 'back.bin')))).toBe(true);
    expect(progress[0]).toMatch(/^big\.bin: \d+ bytes$/);

    const again = await failure(tools, 'download_file', back);
    expect(again).toMatch(/^Error conflict: back\.bin exists already\.\nNext: .*overwrite/);
    expect(await tools.must('download_file', { ...back, overwrite: true })).toMatchObject({ size: 64 * MIB });
    const large = await failure(tools, 'download_file', { volume_id, path: 'big.bin' });
    expect(large).toMatch(/^Error too_large: .*\nNext: .*save_to/s);
    await Promise.all(['big.bin', 'back.bin'].map((name) => rm(join(root, name))));
  });

  it('stores attachments in a volume that the first upload makes', async () => {
    const free = await domain().as({ user: 'free@sandbox.local' });
    const attached = await free.must('upload_file', {
      volume_id: 'chat-attachments',
      path: 'notes.txt',
      content: 'hello',
    });
    expect(attached).toMatchObject({ path: 'notes.txt', size: 5 });
    const { volumes } = await free.must('list_volumes');
    expect(Object(volumes)).toHaveLength(1);
    const { id } = Object(volumes)[0];
    if (dialect === 'live') expect(attached.volume_id).toBe(id);
    const full = await failure(free, 'create_volume', { name: 'more' });
    expect(full).toMatch(
      /^Error refused \(HTTP 422\): .*quota.*\nNext: get_volume_quota tells what is left/is,
    );
  });

  it('says what the tier takes when a file is too large for it', async () => {
    const free = await domain().as({ user: 'free@sandbox.local' });
    const { volumes } = await free.must('list_volumes');
    await writeFile(join(root, 'large.bin'), '');
    await truncate(join(root, 'large.bin'), 51 * MIB);
    const large = { volume_id: Object(volumes)[0].id, path: 'large.bin', local_path: 'large.bin' };
    expect(await failure(free, 'upload_file', large)).toMatch(
      /^Error too_large \(HTTP 413\): .*\nNext: .*max_file_size_bytes of get_volume_quota/s,
    );
    expect(await free.must('get_volume_quota')).toMatchObject({ unlimited: false, quota_bytes: 524288000 });
  });

  it.each<[string, Json, RegExp]>([
    ['upload_file', { path: 'x' }, /exactly one of local_path, content and content_base64 is needed; none/],
    ['upload_file', { path: 'x', content: 'a', local_path: 'b' }, /needed; 2 of them are there/],
    ['upload_file', { content: 'a' }, /upload_file: path: is missing/],
    ['upload_file', { path: 'x', content_base64: 'a*' }, /content_base64 is no base64/],
    ['upload_file', { path: 'x', local_path: '/etc/hostname' }, /is not below a folder open to this server/],
    [
      'upload_file',
      { path: 'x', file: 'none.txt' },
      /none\.txt cannot be used: it, or its folder, does not exist/,
    ],
    ['delete_path', { path: '/' }, /path: is the whole volume/],
    ['delete_path', { path: './/.' }, /path: is the whole volume/],
    ['delete_path', {}, /path: is missing/],
    ['download_file', { path: 'a', save_to: '../x' }, /is not below a folder open to this server/],
    ['download_file', { path: 'a', save_to: 'x', as: 'text' }, /save_to excludes as=text/],
    [
      'download_file',
      { path: 'a', as: 'html' },
      /as: Invalid option: expected one of "auto"\|"text"\|"base64"\|"link"/,
    ],
    ['create_volume', { name: 'x', size_limit_bytes: 0 }, /size_limit_bytes: /],
    ['list_files', { path: 'x'.repeat(4097) }, /path: /],
    ['move_path', { source: 'a' }, /destination: is missing/],
  ])('%s refuses %j before anything is sent', async (name, args, said) => {
    const { volume_id: _none, ...rest }: Json = { volume_id, ...args };
    const all = name === 'create_volume' ? rest : { ...rest, volume_id };
    const text = await failure(tools, name, all);
    expect(text).toMatch(/^Error invalid_arguments: /);
    expect(text).toMatch(said);
  });

  it.each<[string, string, Json, string]>([
    ['an unknown volume', 'list_files', { volume_id: NOBODY }, 'Error not_found (HTTP 404)'],
    ['a volume that is no UUID', 'get_volume', { volume_id: 'work' }, 'Error refused (HTTP 400)'],
    ['a step out of the volume', 'download_file', { path: '../x' }, 'Error refused (HTTP 422)'],
    ['a step out by upload', 'upload_file', { path: 'a/../../x', content: 'a' }, 'Error refused (HTTP 422)'],
    ['a missing file', 'download_file', { path: 'none' }, 'Error not_found (HTTP 404)'],
    ['the name of another volume', 'create_volume', { name: 'work' }, 'Error conflict (HTTP 409)'],
  ])('tells of %s', async (_title, name, args, said) => {
    const all = name === 'create_volume' ? args : { volume_id, ...args };
    expect(await failure(tools, name, all)).toContain(said);
  });

  it('leaves nothing of a download that failed, and of one that is no text', async () => {
    const missing = { volume_id, path: 'none', save_to: 'none' };
    expect(await failure(tools, 'download_file', missing)).toContain('Error not_found (HTTP 404)');
    expect((await readdir(root)).filter((name) => name !== 'large.bin')).toEqual([]);
    await tools.must('upload_file', { volume_id, path: 'c.bin', content_base64: '/w==' });
    const binary = await failure(tools, 'download_file', { volume_id, path: 'c.bin', as: 'text' });
    expect(binary).toMatch(/^Error bad_response: c\.bin is no UTF-8 text\.\nNext: .*as=base64/);
  });

  it('opens no folder of this machine that nobody named', async () => {
    const closed = await domain().as({}, { fileRoots: undefined });
    for (const [name, args] of [
      ['upload_file', { path: 'x', local_path: 'x' }],
      ['download_file', { path: 'c.bin', save_to: 'x' }],
    ] as const)
      expect(await failure(closed, name, { volume_id, ...args })).toMatch(
        /^Error not_configured: No folder of this machine is open to this server\.\nNext: .*--file-roots.*never over HTTP/,
      );
  });

  it('leaves no tool out but these', () => {
    expect(unproven(['volumes'], [tools])).toEqual(dialect === 'live' ? [] : ['stat_file']);
  });
});
