/** Links that tools give, opened as MCP resources. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { agentManifest } from './_manifests.js';
import { openTools, type Tools } from './_tools.js';

let sandbox: Sandbox;
let tools: Tools;
let execution_id: unknown;
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  tools = openTools({ url: sandbox.url }, { AEGIS_TOKEN: await sandbox.issueToken() });
  const manifest = agentManifest('writer', { file: 'a b/notes.txt=hello' });
  const { agent_id } = await tools.must('deploy_agent', { manifest });
  execution_id = (await tools.must('start_execution', { agent_id, input: 'x' })).execution_id;
  await tools.must('stream_execution', { execution_id });
});
afterAll(async () => {
  await tools.close();
  await sandbox.close();
});

it('a link of get_execution_file is the address of the file', async () => {
  const path = 'a b/notes.txt';
  const { structured, content } = await tools.call('get_execution_file', { execution_id, path, as: 'link' });
  const uri = `aegis://executions/${execution_id}/files/a%20b/notes.txt`;
  expect(structured).toMatchObject({ uri, mime_type: 'text/plain' });
  expect(content[1]).toMatchObject({ type: 'resource_link', uri, name: 'notes.txt', size: 5 });
  expect(await tools.readResource(uri)).toEqual({ uri, mimeType: 'text/plain', text: 'hello' });
});

it('bytes that are no text come as base64', async () => {
  const { id: volume_id } = await tools.must('create_volume', { name: 'pictures' });
  await tools.must('upload_file', { volume_id, path: 'p.bin', content_base64: 'AAEC/w==' });
  const uri = `aegis://volumes/${volume_id}/files/p.bin`;
  expect(await tools.readResource(uri)).toMatchObject({ uri, blob: 'AAEC/w==' });
});

it.each([
  'aegis://executions/00000000-0000-4000-8000-000000000000/files/a',
  'aegis://executions/x/files/..',
  'aegis://nothing/x/files/a',
  'file:///etc/passwd',
])('%s names nothing', async (uri) => {
  await expect(tools.readResource(uri)).rejects.toMatchObject({ code: -32602 });
});

it('only the files of tools in effect are resources', async () => {
  const core = openTools({ url: sandbox.url, toolsets: 'core' });
  const templates = await core.resourceTemplates();
  expect(templates.map(({ name }) => name)).toEqual(['execution-file']);
  await expect(core.readResource('aegis://volumes/v/files/a')).rejects.toMatchObject({ code: -32602 });
  await core.close();
  const approvals = openTools({ url: sandbox.url, toolsets: 'approvals' });
  expect(await approvals.resourceTemplates()).toEqual([]);
  await approvals.close();
});
