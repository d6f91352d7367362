import { createServer } from 'node:http';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { operator, registerSpec, registerWorkflow, step, useUpstream } from '../gateway/_gateway.js';
import { manualClock } from '../workflows/_clock.js';
import { get, openSession, start, startWithSession } from './_seal-client.js';

const { sandbox, session } = await startWithSession();

const refused = (error: string) => ({ status: 400, body: { error } });

/** The listed tool of that name, as shown to a context, or to nobody in particular. */
async function listed(name: string, context?: string): Promise<unknown> {
  const query = context === undefined ? '' : `?security_context=${context}`;
  const { body } = await get(`${sandbox.url}/v1/seal/tools${query}`);
  return Object(body).tools.find((tool: { readonly name: string }) => tool.name === name);
}

describe('tools of the edge node', () => {
  it('answer with the node, the name and the arguments', async () => {
    expect(await session.result('edge.service.restart', { service: 'nginx' })).toEqual({
      node: 'sandbox-edge-1',
      tool: 'edge.service.restart',
      arguments: { service: 'nginx' },
    });
  });

  it.each([
    ['All', ['sandbox-edge-1']],
    [{ Node: 'sandbox-edge-1' }, ['sandbox-edge-1']],
    [{ Node: 'elsewhere' }, []],
    [{ Group: 'any' }, []],
    [{ Selector: { os: 'linux', tools: ['edge.host.info'] } }, ['sandbox-edge-1']],
    [{ Selector: { os: 'windows' } }, []],
    [{ Selector: { tags: ['sandbox', 'other'] } }, []],
  ])('a fleet is found by target %j', async (target, resolved) => {
    expect(await session.result('aegis.edge.fleet.list', { target })).toEqual({ resolved, skipped: [] });
    const call = { target, tool_name: 'edge.host.info', args: {} };
    const { fleet_command_id, ...rest } = await session.result('aegis.edge.fleet.invoke', call);
    expect(rest).toEqual({ resolved });
    expect(await session.result('aegis.edge.fleet.cancel', { fleet_command_id })).toEqual({
      cancelled: false,
    });
  });

  it('a target that is none is refused', async () => {
    expect(await session.call('aegis.edge.fleet.list', { target: 'some' })).toEqual(
      refused('Invalid tool arguments: aegis.edge.fleet.list: invalid target'),
    );
  });
});

describe('MCP servers', () => {
  afterEach(() => void sandbox.mcpServers.disconnect('files'));

  it('come and go while the sandbox runs, their tools with them', async () => {
    const inputSchema = { type: 'object', properties: { path: { type: 'string' } } };
    sandbox.mcpServers.connect({
      name: 'files',
      tools: [{ name: 'files.read', description: 'Reads.', inputSchema }],
    });
    expect(await listed('files.read')).toEqual({ name: 'files.read', description: 'Reads.', inputSchema });
    expect(await session.result('files.read', { path: '/a' })).toEqual({
      server: 'files',
      tool: 'files.read',
      arguments: { path: '/a' },
    });
    sandbox.mcpServers.connect({ name: 'files', tools: [{ name: 'files.list' }] });
    expect([await listed('files.read'), await listed('files.list')]).toEqual([
      undefined,
      {
        name: 'files.list',
        description: "Provided by MCP server 'files'",
        inputSchema: { type: 'object' },
      },
    ]);
    expect(await session.call('files.read')).toEqual(refused("Not found: Tool 'files.read' not found"));
    expect(sandbox.mcpServers.disconnect('files')).toBe(true);
    expect(sandbox.mcpServers.disconnect('files')).toBe(false);
    expect(await session.call('files.list')).toEqual(refused("Not found: Tool 'files.list' not found"));
  });

  it.each([
    ['no object', 'nonsense'],
    ['null', null],
    ['an array', []],
    ['a reference to nowhere', { $ref: 'https://example.test/schema.json' }],
    ['a type that is none', { type: 'objekt', properties: 7 }],
  ])('give their schemas unchecked: %s', async (_title, inputSchema) => {
    sandbox.mcpServers.connect({
      name: 'files',
      tools: [{ name: 'files.odd', description: 'Odd.', inputSchema }],
    });
    expect(await listed('files.odd')).toEqual({ name: 'files.odd', description: 'Odd.', inputSchema });
    expect(await session.result('files.odd', { any: 1 })).toMatchObject({ arguments: { any: 1 } });
  });

  it('answer as they were told to', async () => {
    sandbox.mcpServers.connect({ name: 'files', tools: [{ name: 'files.count', result: [1, 'two', null] }] });
    expect(await session.call('files.count')).toEqual({ status: 200, body: [1, 'two', null] });
  });

  it('come and go over HTTP too, for a sandbox in another process', async () => {
    const authorization = `Bearer ${await sandbox.issueToken()}`;
    const ask = async (method: string, json?: unknown) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const body = json === undefined ? null : JSON.stringify(json);
      const url = `${sandbox.url}/sandbox/mcp-servers/files`;
      return (await fetch(url, { method, headers, body })).status;
    };
    expect(await ask('DELETE')).toBe(404);
    expect(await ask('PUT', { tools: [{ name: 'files.read', inputSchema: null }] })).toBe(204);
    expect(await listed('files.read')).toEqual({
      name: 'files.read',
      description: "Provided by MCP server 'files'",
      inputSchema: null,
    });
    expect(await session.result('files.read', {})).toEqual({
      server: 'files',
      tool: 'files.read',
      arguments: {},
    });
    expect(await ask('DELETE')).toBe(204);
    expect(await listed('files.read')).toBeUndefined();
    expect(await ask('PUT', { tools: [{ description: 'No name.' }] })).toBe(422);
    expect((await fetch(`${sandbox.url}/sandbox/mcp-servers/files`, { method: 'DELETE' })).status).toBe(401);
  });

  it('cannot stand in for a built-in tool', async () => {
    sandbox.mcpServers.connect({ name: 'files', tools: [{ name: 'aegis.agent.list', result: 'mine' }] });
    expect(await session.result('aegis.agent.list')).toMatchObject({ tool: 'aegis.agent.list', count: 0 });
  });

  it('are shown and called as far as the context goes', async () => {
    expect(await listed('tickets.search', 'aegis-system-sandbox')).toMatchObject({ name: 'tickets.search' });
    for (const context of ['aegis-system-operator', 'aegis-system-agent-runtime', 'zaru-enterprise']) {
      expect(await listed('tickets.search', context)).toBeUndefined();
    }
    const operating = await openSession(sandbox, 'aegis-system-operator');
    const { status, body } = await operating.call('tickets.search', { query: 'a' });
    expect([status, Object(body).error]).toEqual([
      400,
      expect.stringMatching(/^Policy violation: ToolNotAllowed \{ tool_name: "tickets\.search", /),
    ]);
  });
});

describe('tools of the SEAL gateway', () => {
  const CLI = {
    name: 'kubectl',
    description: 'Speaks to a cluster.',
    docker_image: 'kubectl:1',
    allowed_subcommands: ['get'],
    require_semantic_judge: false,
    default_timeout_seconds: 5,
  };

  it('are listed as soon as they are registered, with the schema they were registered with', async () => {
    const call = await operator(sandbox);
    const upstream = await useUpstream(() => ({ body: '{"pets":3}' }));
    const spec = await registerSpec(call, upstream.url, { list: 'GET /pets' });
    const id = await registerWorkflow(call, spec, { name: 'pets.count' });
    await call('POST', '/v1/cli-tools', { json: CLI });
    expect(await listed('pets.count', 'aegis-system-sandbox')).toEqual({
      name: 'pets.count',
      description: 'Looks pets up.',
      inputSchema: { type: 'object' },
    });
    expect(await listed('kubectl')).toMatchObject({
      inputSchema: { type: 'object', required: ['subcommand'] },
    });
    const { tools } = await session.result('aegis.tools.list', { source: 'seal_gateway' });
    expect(Object(tools).map((tool: { readonly name: string }) => tool.name)).toEqual([
      'pets.count',
      'kubectl',
    ]);
    const result = await session.result('pets.count', { species: 'cat' });
    expect(result).toMatchObject({
      workflow_id: id,
      result: { pets: 3 },
      state: { input: { species: 'cat' } },
    });
    await call('DELETE', `/v1/workflows/${id}`);
    expect(await listed('pets.count')).toBeUndefined();
  });

  it('of one tenant are listed to its sessions only', async () => {
    const call = await operator(sandbox, { tenant: 'acme' });
    const upstream = await useUpstream(() => ({}));
    const spec = await registerSpec(call, upstream.url, { list: 'GET /pets' }, { name: 'acme-pets' });
    await registerWorkflow(call, spec, { name: 'acme.pets' });
    expect(await listed('acme.pets')).toBeUndefined();
    const theirs = await openSession(sandbox, 'aegis-system-sandbox', {}, { tenant_id: 'acme' });
    const search = { name_pattern: 'acme.*' };
    expect((await theirs.result('aegis.tools.search', search)).totalMatches).toBe(1);
    expect((await session.result('aegis.tools.search', search)).totalMatches).toBe(0);
    expect(await theirs.result('acme.pets')).toMatchObject({ state: { input: {} } });
    expect(await session.call('acme.pets')).toEqual(refused("Not found: Tool 'acme.pets' not found"));
  });

  it('need the volumes of their execution when they are CLI tools, and a session has none', async () => {
    const call = await operator(sandbox);
    await call('POST', '/v1/cli-tools', { json: CLI });
    const { status, body } = await session.call('kubectl', { subcommand: 'get' });
    expect([status, Object(body).error]).toEqual([
      400,
      expect.stringMatching(/^Internal error: No FSAL mounts registered for execution [0-9a-f-]{36}$/),
    ]);
    expect(await session.call('kubectl', { subcommand: 7 })).toEqual(
      refused("Invalid tool arguments: CLI tool invocation requires 'subcommand' string"),
    );
    expect(await session.call('kubectl', {})).toEqual(
      refused("Internal error: seal tooling gateway invoke_workflow failed: workflow 'kubectl' not found"),
    );
  });

  it('fail as internal errors', async () => {
    const call = await operator(sandbox);
    const upstream = await useUpstream(() => ({}));
    const spec = await registerSpec(call, upstream.url, { list: 'GET /pets' });
    const steps = [step({ name: 'one', body_template: 'no json' })];
    await registerWorkflow(call, spec, { name: 'pets.broken', steps });
    const { status, body } = await session.call('pets.broken');
    expect([status, Object(body).error]).toEqual([
      400,
      expect.stringMatching(
        /^Internal error: seal tooling gateway invoke_workflow failed: step 'one' template did not render valid JSON: /,
      ),
    ]);
  });

  it('are given up after 30 s', async () => {
    const clock = manualClock();
    const own = await start({ clock });
    const call = await operator(own);
    const spec = await registerSpec(call, await silentUpstream(), { list: 'GET /pets' });
    await registerWorkflow(call, spec, { name: 'pets.slow' });
    const caller = await openSession(own, 'aegis-system-sandbox');
    const answer = caller.call('pets.slow', {}, clock.now());
    await vi.waitFor(() => expect(clock.sleeping()).toEqual([30]));
    clock.advance(30);
    expect(await answer).toEqual(
      refused('Internal error: seal tooling gateway invoke_workflow timeout after 30s'),
    );
    expect(clock.sleeping()).toEqual([]);
    await own.close();
  });
});

/** Takes requests and never answers. */
async function silentUpstream(): Promise<string> {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => void server.closeAllConnections());
  return `http://127.0.0.1:${Object(server.address()).port}`;
}
