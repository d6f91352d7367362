/** Receipts read back through the tool and as resources. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { agentManifest } from './_manifests.js';
import { failure, type Json, openTools, type Tools, useTools } from './_tools.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let sandbox: Sandbox;
let folder: string;
let env: { AEGIS_TOKEN: string };
beforeAll(async () => {
  sandbox = await startSandbox({ pace: 0 });
  folder = mkdtempSync(join(tmpdir(), 'aegis-receipts-'));
  env = { AEGIS_TOKEN: await sandbox.issueToken() };
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function newest(tools: Tools, args: Json = {}): Promise<Json[]> {
  const { receipts } = await tools.must('get_receipt', args);
  return Array.isArray(receipts) ? receipts : [];
}

async function whole(tools: Tools, args: Json): Promise<Json> {
  return Object((await tools.must('get_receipt', args)).receipt);
}

describe('get_receipt', () => {
  it('lists the newest receipts first, page by page', async () => {
    const tools = useTools({ url: sandbox.url }, env);
    expect(await tools.must('get_receipt')).toEqual({ receipts: [], next_before: null });
    for (const name of ['one', 'two', 'three'])
      await tools.must('deploy_agent', { manifest: agentManifest(name) });
    const page = await tools.must('get_receipt', { limit: 2 });
    expect(page).toMatchObject({ receipts: [{ seq: 5 }, { seq: 3 }], next_before: 3 });
    expect(await tools.must('get_receipt', { limit: 2, before: 3 })).toEqual({
      receipts: [
        {
          id: expect.stringMatching(UUID),
          seq: 1,
          at: TIME,
          tool: 'deploy_agent',
          via: 'seal',
          outcome: 'ok',
          detail: null,
          finished_at: TIME,
          actor: 'service-account-aegis-mcp',
          tenant: 'aegis-system',
        },
      ],
      next_before: null,
    });
  });

  it('gives one receipt without the security token, and with it when asked', async () => {
    const tools = useTools({ url: sandbox.url }, env);
    await tools.must('deploy_agent', { manifest: agentManifest('told') });
    const id = (await newest(tools))[0]?.id;
    const shown = await whole(tools, { id });
    expect(shown).toMatchObject({ id, signature_valid: true, token_withheld: true });
    expect(Object.keys(Object(shown.envelope)).sort()).toEqual([
      'payload',
      'protocol',
      'signature',
      'timestamp',
    ]);
    const given = await whole(tools, { id, include_envelope: true });
    expect(given).toMatchObject({
      token_withheld: false,
      public_key: shown.public_key,
      envelope: {
        protocol: 'seal/v1',
        security_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        payload: { method: 'tools/call', params: { name: 'aegis.agent.create' } },
      },
    });
    expect(given).not.toHaveProperty('envelope_base64');
  });

  it('gives the exact bytes beside an envelope that cleaning changes', async () => {
    const tools = useTools({ url: sandbox.url }, env);
    const input = 'left \u200eto right';
    await tools.must('invoke_seal', { name: 'aegis.agent.list', arguments: { note: input } });
    const id = (await newest(tools))[0]?.id;
    const given = await whole(tools, { id, include_envelope: true });
    expect(Object(given.envelope).payload.params.arguments.note).toBe('left to right');
    const exact = JSON.parse(Buffer.from(String(given.envelope_base64), 'base64').toString());
    expect(exact.payload.params.arguments.note).toBe(input);
  });

  it('tells the outcome and cause of a call that was refused, and has no token to withhold for REST', async () => {
    const tools = useTools({ url: sandbox.url, seal: 'off' }, env);
    await tools.call('delete_agent', { agent_id: '0d9a7c66-3d0b-4f6e-8f2a-9b1e5d6c7a44' });
    const [summary] = await newest(tools);
    expect(summary).toMatchObject({ tool: 'delete_agent', via: 'rest', outcome: 'failed' });
    expect(String(summary?.detail)).toContain('not found');
    expect(await whole(tools, { id: summary?.id })).toMatchObject({
      signature_valid: true,
      token_withheld: false,
      envelope: { protocol: 'aegis-receipt/v1', payload: { method: 'DELETE' } },
    });
  });

  it('shows each identity its own receipts, be the journal shared or not', async () => {
    const journal = join(folder, 'shared.db');
    const ours = useTools({ url: sandbox.url, journal }, env);
    const operator = { AEGIS_TOKEN: await sandbox.issueToken({ user: 'operator' }) };
    const theirs = useTools({ url: sandbox.url, journal }, operator);
    await ours.must('deploy_agent', { manifest: agentManifest('ours') });
    await theirs.must('deploy_agent', { manifest: agentManifest('theirs') });
    const [mine] = await newest(ours);
    expect([mine?.actor, (await newest(ours)).length]).toEqual(['service-account-aegis-mcp', 1]);
    expect((await newest(theirs)).map(({ actor }) => actor)).toEqual(['operator']);
    const refused = await failure(theirs, 'get_receipt', { id: mine?.id });
    expect(refused).toContain(`Error not_found: The journal has no receipt ${mine?.id} of this identity.`);
  });

  it('finds receipts in archives', async () => {
    const journal = join(folder, 'archived.db');
    const tools = useTools({ url: sandbox.url, journal, journalMaxMb: '1' }, env);
    await tools.must('deploy_agent', { manifest: agentManifest('first') });
    const id = (await newest(tools))[0]?.id;
    const big = { note: 'x'.repeat(600_000) };
    for (let n = 0; n < 3; n++) await tools.must('invoke_seal', { name: 'aegis.agent.list', arguments: big });
    expect((await newest(tools)).map(({ seq }) => seq)).toEqual([8, 5, 3, 1]);
    expect(await whole(tools, { id })).toMatchObject({ seq: 1, outcome: 'ok', signature_valid: true });
  });

  it('says what to do with a file that is no journal', async () => {
    const journal = join(folder, 'garbage.db');
    writeFileSync(journal, 'this is no database, but long enough to be read as the header of one');
    const tools = useTools({ url: sandbox.url, journal }, env);
    for (const tool of ['get_receipt', 'deploy_agent'])
      expect(
        await failure(tools, tool, tool === 'get_receipt' ? {} : { manifest: agentManifest('x') }),
      ).toContain('Next: The file is no journal: move it away, or give another file (--journal).');
  });
});

describe('resources', () => {
  it('list the receipts and read them, beside the files', async () => {
    const tools = useTools({ url: sandbox.url }, env);
    const { agent_id } = await tools.must('deploy_agent', {
      manifest: agentManifest('filed', { file: 'a.txt=hello' }),
    });
    expect((await tools.resources()).map(({ uri }) => uri)).toEqual(['aegis://receipts']);
    expect((await tools.resourceTemplates()).map(({ name }) => name)).toEqual([
      'volume-file',
      'execution-file',
      'receipt',
    ]);
    const list = await tools.readResource('aegis://receipts');
    expect(list).toMatchObject({ uri: 'aegis://receipts', mimeType: 'application/json' });
    const { receipts } = JSON.parse(String(list.text));
    expect(receipts).toMatchObject([{ tool: 'deploy_agent', outcome: 'ok' }]);
    const one = await tools.readResource(`aegis://receipts/${receipts[0].id}`);
    expect(JSON.parse(String(one.text)).receipt).toMatchObject({ id: receipts[0].id, token_withheld: true });
    const { execution_id } = await tools.must('start_execution', { agent_id, input: 'x' });
    await tools.must('stream_execution', { execution_id });
    const file = await tools.readResource(`aegis://executions/${execution_id}/files/a.txt`);
    expect(file).toMatchObject({ text: 'hello' });
  });

  it('show no characters that hide or reorder text', async () => {
    const tools = useTools({ url: sandbox.url }, env);
    const note = 'seen\u200b\u202e\u{e0041}';
    await tools.must('invoke_seal', { name: 'aegis.agent.list', arguments: { note } });
    const { text } = await tools.readResource(`aegis://receipts/${(await newest(tools))[0]?.id}`);
    expect(JSON.parse(String(text)).receipt.envelope.payload.params.arguments.note).toBe('seen');
  });

  it.each([
    'aegis://receipts/00000000-0000-4000-8000-000000000000',
    'aegis://receipts/',
    'aegis://receipts/a/b',
  ])('%s names nothing', async (uri) => {
    const tools = useTools({ url: sandbox.url }, env);
    await expect(tools.readResource(uri)).rejects.toMatchObject({ code: -32602 });
  });

  it('are not there where the tool is not in effect', async () => {
    const tools = openTools({ url: sandbox.url, toolsets: 'executions' }, env);
    expect(await tools.resources()).toEqual([]);
    await expect(tools.readResource('aegis://receipts')).rejects.toMatchObject({ code: -32602 });
    await tools.close();
  });
});
