import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.js';
import { get, openSession, start } from './_seal-client.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await start();
});
afterAll(() => sandbox.close());

interface Listed {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: unknown;
}

async function list(query = '', headers: Readonly<Record<string, string>> = {}) {
  const { status, body } = await get(`${sandbox.url}/v1/seal/tools${query}`, headers);
  const tools: readonly Listed[] = Object(body).tools;
  return { status, body: Object(body), tools, names: tools.map(({ name }) => name) };
}

describe('GET /v1/seal/tools', () => {
  it('lists the 62 advertised built-in tools and four others without a context or a bearer', async () => {
    const { status, body, names } = await list();
    const { tools, ...rest } = body;
    expect(status).toBe(200);
    expect(rest).toEqual({
      protocol: 'seal/v1',
      attestation_endpoint: '/v1/seal/attest',
      invoke_endpoint: '/v1/seal/invoke',
      security_context: null,
    });
    expect(tools).toHaveLength(66);
    expect(new Set(names).size).toBe(66);
    expect(names.slice(62)).toEqual([
      'edge.host.info',
      'edge.service.restart',
      'tickets.search',
      'tickets.create',
    ]);
    expect(names.filter((name) => /^aegis\.(file|volume|git|script)\./.test(name))).toEqual([]);
  });

  it.each([
    ['aegis-system-agent-runtime', 39],
    ['aegis-system-operator', 39],
    ['zaru-free', 29],
    ['zaru-pro', 30],
    ['zaru-business', 30],
    ['zaru-enterprise', 30],
    ['aegis-system-restricted', 14],
    ['aegis-system-sandbox', 66],
  ])('shows %s %i tools', async (context, count) => {
    const { body, tools } = await list(`?security_context=${context}`);
    expect([body.security_context, tools.length]).toEqual([context, count]);
  });

  it('tells the tiers apart by the answer to Human states', async () => {
    const free = await list('?security_context=zaru-free');
    const pro = await list('?security_context=zaru-pro');
    expect(pro.names.filter((name) => !free.names.includes(name))).toEqual(['aegis.workflow.signal']);
  });

  it('prefers the header to the query', async () => {
    const { body } = await list('?security_context=zaru-free', { 'x-zaru-security-context': 'zaru-pro' });
    expect(body.security_context).toBe('zaru-pro');
  });

  it('answers an unknown context with 500', async () => {
    const answer = await get(`${sandbox.url}/v1/seal/tools?security_context=zaru-gold`);
    expect(answer).toEqual({
      status: 500,
      body: { error: "Configuration error: Security context 'zaru-gold' not found" },
    });
  });

  it('gives each tool its schema', async () => {
    const { tools } = await list();
    const byName = new Map(tools.map((row) => [row.name, row]));
    expect(byName.get('aegis.workflow.signal')).toEqual({
      name: 'aegis.workflow.signal',
      description: 'Answers the Human state a run is waiting in.',
      inputSchema: {
        type: 'object',
        properties: { execution_id: { type: 'string' }, response: { type: 'string' } },
        required: ['execution_id', 'response'],
      },
    });
    for (const name of ['aegis.workflow.logs', 'aegis.tools.list', 'aegis.tools.search']) {
      expect(byName.get(name)?.inputSchema).toEqual({ type: 'object' });
    }
    expect(byName.get('edge.host.info')).toEqual({
      name: 'edge.host.info',
      description: 'Tells the operating system and the load of the host.',
      inputSchema: { type: 'object', properties: {}, required: [] },
      executor: 'edge',
      fleetCapable: true,
    });
    expect(byName.get('tickets.create')).toEqual({
      name: 'tickets.create',
      description: 'Opens a ticket.',
      inputSchema: {
        type: 'object',
        properties: { title: { type: 'string' }, body: { type: 'string' } },
        required: ['title'],
      },
    });
    expect(byName.get('aegis.edge.fleet.invoke')).toMatchObject({ executor: 'edge', fleetCapable: true });
  });
});

it('has other member names in the documented dialect', async () => {
  const documented = await start({ dialect: 'documented' });
  const { body } = await get(`${documented.url}/v1/seal/tools?security_context=aegis-system-sandbox`);
  const found = Object(body).tools.find((row: Listed) => row.name === 'edge.host.info');
  expect(found).toEqual({
    name: 'edge.host.info',
    description: 'Tells the operating system and the load of the host.',
    input_schema: { type: 'object', properties: {}, required: [] },
    executor: 'edge',
    fleet_capable: true,
  });
  await documented.close();
});

describe('the catalogue tools', () => {
  it('page through what the context shows', async () => {
    const session = await openSession(sandbox, 'zaru-free', { user: 'free@sandbox.local' });
    const page = await session.result('aegis.tools.list', { offset: 1, limit: 1 });
    expect(page).toEqual({
      tools: [
        {
          name: 'web.fetch',
          description: 'Downloads an http or https URL and returns it as Markdown.',
          inputSchema: { type: 'object', properties: { url: { type: 'string' } }, required: ['url'] },
          source: 'builtin',
          category: 'web_network',
          tags: ['read-only', 'network'],
        },
      ],
      total: 29,
      offset: 1,
      limit: 1,
    });
  });

  it.each([
    [{ keyword: 'HUMAN' }, ['aegis.workflow.signal']],
    [
      { name_pattern: 'aegis.agent.*e', tags: ['destructive'] },
      ['aegis.agent.create', 'aegis.agent.update', 'aegis.agent.delete'],
    ],
    [{ category: 'execution' }, ['cmd.run']],
    [{ fleet_capable: true }, ['aegis.edge.fleet.invoke', 'edge.host.info']],
    [{ fleet_capable: true, source: 'builtin' }, ['aegis.edge.fleet.invoke']],
    [
      { source: 'mcp_server' },
      ['edge.host.info', 'edge.service.restart', 'tickets.search', 'tickets.create'],
    ],
    [{ category: 'external', keyword: 'ticket' }, ['tickets.search', 'tickets.create']],
    [{ source: 'seal_gateway' }, []],
  ])('find %j', async (args, names) => {
    const session = await openSession(sandbox, 'aegis-system-sandbox');
    const { tools, totalMatches } = await session.result('aegis.tools.search', args);
    expect(Object(tools).map((row: Listed) => row.name)).toEqual(names);
    expect(totalMatches).toBe(names.length);
  });
});
