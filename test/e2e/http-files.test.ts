/** Files of this machine are for the one who started the program, not for whoever reaches its port. */
import { mkdtempSync, realpathSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpProgram, startHttp } from './_program.js';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'aegis-http-files-')));
const client = new Client({ name: 'files', version: '1.0.0' });
let program: HttpProgram;
let volume_id: unknown;

async function call(name: string, args: Record<string, unknown>) {
  const { content, structuredContent } = await client.callTool({ name, arguments: args });
  const [first] = content;
  return { text: first?.type === 'text' ? first.text : '', structured: Object(structuredContent) };
}

beforeAll(async () => {
  await writeFile(join(root, 'mine.txt'), 'mine');
  const args = ['--sandbox', '--toolsets', 'all', '--log-level', 'silent', '--file-roots', root];
  program = await startHttp(args, { AEGIS_FILE_ROOTS: root });
  await client.connect(new StreamableHTTPClientTransport(new URL(program.url)));
  volume_id = (await call('create_volume', { name: 'v' })).structured.id;
  await call('upload_file', { volume_id, path: 'a.txt', content: 'hello' });
});
afterAll(async () => {
  await client.close();
  await program.stop();
  await rm(root, { recursive: true, force: true });
});

it.each([
  ['upload_file', { local_path: 'mine.txt' }],
  ['upload_file', { local_path: join(root, 'mine.txt'), path: 'b.txt' }],
  ['download_file', { path: 'a.txt', save_to: 'a.txt' }],
])('%s over HTTP touches no folder, although one is configured: %j', async (name, args) => {
  const { text } = await call(name, { volume_id, ...args });
  expect(text).toMatch(
    /^Error not_configured: No folder of this machine is open to this server\.\nNext: .*never over HTTP\.$/,
  );
  expect(await readdir(root)).toEqual(['mine.txt']);
});

it('the content itself comes and goes', async () => {
  expect((await call('download_file', { volume_id, path: 'a.txt' })).structured.text).toBe('hello');
});
