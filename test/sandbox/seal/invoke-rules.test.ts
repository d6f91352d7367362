import { describe, expect, it } from 'vitest';
import { agentYaml, openSession, post, seal, startWithSession, toolPayload } from './_seal-client.js';

const { sandbox, session } = await startWithSession();

const invoke = (body: unknown) => post(`${sandbox.url}/v1/seal/invoke`, body);
const refused = (error: string | RegExp) => ({
  status: 400,
  body: { error: typeof error === 'string' ? error : expect.stringMatching(error) },
});

describe('policy', () => {
  it('refuses a tool that the context does not list, and a later identical call is no replay', async () => {
    const restricted = await openSession(sandbox, 'aegis-system-restricted');
    const payload = toolPayload('aegis.agent.delete', { agent_id: crypto.randomUUID() });
    const envelope = seal(restricted.token, restricted.privateKey, payload);
    const violation = refused(
      /^Policy violation: ToolNotAllowed \{ tool_name: "aegis\.agent\.delete", allowed_tools: \["aegis\.schema\.get", /,
    );
    expect(await invoke(envelope)).toEqual(violation);
    expect(await invoke(envelope)).toEqual(violation);
    expect((await restricted.call('aegis.agent.list')).status).toBe(200);
  });

  it('keeps consumers of the free tier from answering Human states', async () => {
    const args = { execution_id: crypto.randomUUID(), response: 'yes' };
    const free = await openSession(sandbox, 'zaru-free', { user: 'free@sandbox.local' });
    const pro = await openSession(sandbox, 'zaru-pro', { user: 'pro@sandbox.local' });
    expect(await free.call('aegis.workflow.signal', args)).toEqual(
      refused(/^Policy violation: ToolNotAllowed /),
    );
    expect(await pro.call('aegis.workflow.signal', args)).toMatchObject({
      status: 200,
      body: { tool: 'aegis.workflow.signal', signalled: false },
    });
  });
});

describe('arguments', () => {
  it('that are required must be there', async () => {
    expect(await session.call('aegis.workflow.signal', { execution_id: 'x' })).toEqual(
      refused(/^Invalid tool arguments: .*response/),
    );
    expect(await session.call('aegis.workflow.logs', null)).toEqual(
      refused(/^Invalid tool arguments: .*execution_id/),
    );
  });

  it('of the wrong type are refused', async () => {
    expect(await session.call('aegis.agent.export', { name: 7 })).toEqual(
      refused(/^Invalid tool arguments: /),
    );
    expect(await session.call('aegis.task.status', { execution_id: 'x' })).toEqual(
      refused(/^Invalid tool arguments: .*UUID/),
    );
  });

  it('may name only the tenant of the session', async () => {
    const error =
      "Tenant mismatch: caller is authenticated as tenant 'aegis-system' but requested operation on tenant 'acme'";
    expect(await session.call('aegis.workflow.list', { tenant_id: 'acme' })).toEqual(refused(error));
    expect(await session.call('aegis.agent.list', { tenant: 'acme' })).toEqual(refused(error));
    expect((await session.call('aegis.workflow.list', { tenant_id: 'aegis-system' })).status).toBe(200);
  });

  it('force and version are stripped for consumers, after verification', async () => {
    const consumer = { user: 'business@sandbox.local' };
    const author = await openSession(
      sandbox,
      'aegis-system-sandbox',
      {},
      { tenant_id: 'u-5b0c5a5e0a544b9c8f576a3a1f0d0023' },
    );
    await author.result('aegis.agent.create', { manifest_yaml: agentYaml('stripped') });
    const zaru = await openSession(sandbox, 'zaru-business', consumer);
    const args = { agent_id: 'stripped', version: '9.9.9' };
    expect(await author.result('aegis.task.execute', args)).toEqual({
      tool: 'aegis.task.execute',
      error: "Agent 'stripped' version '9.9.9' not found",
    });
    expect(await zaru.result('aegis.task.execute', args)).toMatchObject({ status: 'started' });
  });
});

describe('tools the sandbox does not run', () => {
  it.each(['web.fetch', 'fs.read', 'aegis.agent.search', 'aegis.volume.list', 'aegis.git.clone'])(
    '%s is unavailable',
    async (tool) => {
      const args = { url: 'u', path: 'p', query: 'q', repo_url: 'r', label: 'l' };
      expect(await session.call(tool, args)).toEqual(refused(/^Upstream service unavailable: /));
    },
  );

  it('names unknown anywhere are not found', async () => {
    expect(await session.call('zaru.init')).toEqual(refused(/^Not found: /));
  });

  it('commands are only echoed as a dispatch', async () => {
    expect(await session.result('cmd.run', { command: 'ls' })).toEqual({
      status: 'dispatch_required',
      action: 'Exec { command: "ls" }',
    });
  });
});
