import { describe, expect, it } from 'vitest';
import { BUILT_IN_TOOLS } from '../../../src/tools/catalog/effects.js';
import { mergeEntries, readEntries } from '../../../src/tools/catalog/entries.js';
import { SafeNames } from '../../../src/tools/catalog/names.js';
import { offerTools } from '../../../src/tools/catalog/offer.js';

interface Lists {
  readonly orchestrator?: readonly unknown[];
  readonly gateway?: readonly unknown[];
}

function offer(
  { orchestrator = [], gateway = [] }: Lists,
  options: { tenant?: string; readOnly?: boolean } = {},
) {
  const entries = mergeEntries(readEntries(orchestrator, 'orchestrator'), readEntries(gateway, 'gateway'));
  const { tenant, readOnly = false } = options;
  return offerTools(entries, { names: new SafeNames([], BUILT_IN_TOOLS), tenant, readOnly });
}

const tool = (name: string, more: object = {}) => ({
  name,
  description: `Does ${name}.`,
  input_schema: { type: 'object' },
  ...more,
});

describe('a tool of the catalogue', () => {
  it('is offered under a safe name, its own name in the title', () => {
    const [offered] = offer({ orchestrator: [tool('aegis.agent.list')] });
    expect(offered).toEqual({
      original: 'aegis.agent.list',
      server: 'orchestrator',
      tool: {
        name: 'aegis_agent_list',
        title: 'aegis.agent.list',
        description: 'Does aegis.agent.list.',
        inputSchema: { type: 'object' },
        annotations: {
          title: 'aegis.agent.list',
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: true,
        },
      },
    });
  });

  it.each(['input_schema', 'inputSchema'])('has the schema that its server calls %s', (member) => {
    const schema = { type: 'object', properties: { a: { type: 'number' } } };
    const [offered] = offer({ orchestrator: [{ name: 'x', [member]: schema }] });
    expect(offered?.tool.inputSchema).toEqual(schema);
  });

  it.each([
    ['aegis.agent.list', true, false],
    ['aegis.task.wait', true, false],
    ['aegis.workflow.run', false, false],
    ['fs.write', false, true],
    ['aegis.edge.fleet.invoke', false, true],
    ['weather.today', false, true],
    ['constructor', false, true],
  ])('%s: read only %s, destructive %s', (name, readOnlyHint, destructiveHint) => {
    const [offered] = offer({ orchestrator: [tool(name)] });
    expect(offered?.tool.annotations).toMatchObject({ readOnlyHint, destructiveHint, openWorldHint: true });
  });

  it('of the gateway may do anything, whatever its name', () => {
    const [offered] = offer({ gateway: [tool('aegis.agent.list')] });
    expect(offered?.tool.annotations).toMatchObject({ readOnlyHint: false, destructiveHint: true });
  });

  it('that both servers list is offered once, through the orchestrator', () => {
    const offered = offer({ orchestrator: [tool('b')], gateway: [tool('a'), tool('b')] });
    expect(offered.map(({ original, server }) => [original, server])).toEqual([
      ['a', 'gateway'],
      ['b', 'orchestrator'],
    ]);
  });

  it('is offered in an order that does not depend on that of the servers', () => {
    const names = (...list: string[]) => offer({ orchestrator: list.map((name) => tool(name)) });
    expect(names('c', 'a', 'b')).toEqual(names('b', 'c', 'a'));
  });

  it('with a schema that hosts refuse stays in the list and says what is missing', () => {
    const description = (gateway: boolean, schema: unknown) =>
      offer({ [gateway ? 'gateway' : 'orchestrator']: [tool('x', { input_schema: schema })] })[0]?.tool
        .description;
    expect(description(false, { type: 'string' })).toBe(
      'Does x.\nIts input schema was left out: its root is not of type object. list_seal_tools shows it as the server gives it.',
    );
    expect(description(true, { type: 'object', anyOf: [{}] })).toBe(
      'Does x.\nA part of its input schema was left out: hosts refuse anyOf at the root. gateway_list_tools shows it as the server gives it.',
    );
  });

  it('has no invisible text and no endless one in what is shown', () => {
    const [offered] = offer({
      orchestrator: [tool('a\u200bb\u202ec\nd', { description: `Hi\u{e0041}. ${'x'.repeat(9_000)}` })],
    });
    expect(offered?.tool.title).toBe('abc d (a_b_c_d)');
    expect(offered?.tool.annotations.title).toBe('abc d (a_b_c_d)');
    expect(offered?.tool.description.startsWith('Hi. xxx')).toBe(true);
    expect(offered?.tool.description.length).toBeLessThan(2_100);
  });

  it('does not look like another one by what is invisible in its name', () => {
    const list = ['aegis.agent.list', 'aegis.agent.list\u200b', ' aegis.agent.list', '\u200b', ' '];
    const titles = offer({ orchestrator: list.map((name) => tool(name)) }).map((each) => each.tool.title);
    expect(new Set(titles).size).toBe(5);
    expect(titles).toContain('aegis.agent.list');
    expect(titles.filter((title) => /^\(tool_[0-9a-f]{8}\)$/.test(title))).toHaveLength(2);
  });

  it('has no half of a surrogate pair, at which strict JSON readers give up the list', () => {
    const input_schema = { properties: { a: { description: 'x\ud83d', enum: ['\udc00y', '😀'] } } };
    const offered = offer({ orchestrator: [tool('a\ud800', { description: 'z\udfff', input_schema })] });
    expect(JSON.stringify(offered[0]?.tool)).not.toMatch(/\\ud[89a-f]/i);
    expect(offered[0]?.tool.inputSchema.properties).toEqual({ a: { description: 'x', enum: ['y', '😀'] } });
  });

  it.each([
    ['without description', { description: undefined }, 'SEAL tool x of the orchestrator.'],
    ['with one that is no text', { description: 7 }, 'SEAL tool x of the orchestrator.'],
    ['at the edge', { executor: 'edge' }, 'Does x.\nRuns on an edge node.'],
  ])('%s says what it is', (_title, more, description) => {
    expect(offer({ orchestrator: [tool('x', more)] })[0]?.tool.description).toBe(description);
  });
});

describe('a list', () => {
  it('loses what has no usable name, and nothing else', () => {
    const bad = [null, 7, 'x', [], {}, { name: 1 }, { name: '' }, { name: 'y'.repeat(513) }];
    expect(offer({ orchestrator: [...bad, { name: 'x' }] }).map(({ original }) => original)).toEqual(['x']);
  });

  it.each([
    ['orchestrator', 'First.'],
    ['gateway', 'Second.'],
  ])('in which the %s has two of a name has the one that answers there', (server, description) => {
    const two = [tool('fs.read', { description: 'First.' }), tool('fs.read', { description: 'Second.' })];
    expect(offer({ [server]: two }).map((each) => each.tool.description)).toEqual([description]);
  });

  it('with readers only has those that are known to be', () => {
    const list = ['aegis.agent.list', 'aegis.agent.create', 'weather.today'].map((name) => tool(name));
    const offered = offer({ orchestrator: list, gateway: [tool('fs.read')] }, { readOnly: true });
    expect(offered.map(({ original }) => original)).toEqual(['aegis.agent.list']);
  });

  it('has at most 1,000 tools', () => {
    const list = Array.from({ length: 1_200 }, (_, index) => tool(`t${index}`));
    expect(offer({ orchestrator: list })).toHaveLength(1_000);
  });

  it('has the built-in tools whole, however much other servers list', () => {
    const properties = { a: { description: 'x'.repeat(30_000) } };
    const others = Array.from({ length: 1_200 }, (_, index) =>
      tool(`!${index}`, { input_schema: { properties } }),
    );
    const schema = { type: 'object', properties: { b: {} } };
    const own = tool('web.search', { input_schema: schema });
    const same = { orchestrator: [...others, own], gateway: [tool('fs.read')] };
    const [first, second] = offer(same);
    expect([first?.original, first?.tool.inputSchema]).toEqual(['web.search', schema]);
    expect(second?.original).toBe('!0');
  });

  it('whose schemas are too long together keeps every tool', () => {
    const properties = { a: { description: 'x'.repeat(30_000) } };
    const list = Array.from({ length: 50 }, (_, index) =>
      tool(`t${index}`, { input_schema: { type: 'object', properties } }),
    );
    const offered = offer({ orchestrator: list });
    expect(offered).toHaveLength(50);
    expect(JSON.stringify(offered).length).toBeLessThan(1_200_000);
    expect(offered.at(-1)?.tool.description).toContain('the list is too long as a whole');
  });
});

describe('arguments that a caller may not give', () => {
  const properties = { name: {}, roles: {}, user_id: {}, tenant_id: {}, tenant: {} };
  const listed = (name: string) =>
    tool(name, { input_schema: { type: 'object', properties, required: ['name', 'tenant_id', 'roles'] } });
  const keys = (offered: ReturnType<typeof offer>) => {
    const schema = offered[0]?.tool.inputSchema;
    return [Object.keys(Object(schema?.properties)), schema?.required];
  };

  it.each(['aegis.workflow.promote', 'aegis.workflow.demote'])('%s has no identity to claim', (name) => {
    expect(keys(offer({ orchestrator: [listed(name)] }))).toEqual([
      ['name', 'tenant_id', 'tenant'],
      ['name', 'tenant_id'],
    ]);
  });

  it('a pinned tenant leaves the schemas of the orchestrator itself', () => {
    const pinned = { tenant: 'acme' };
    const all = ['name', 'roles', 'user_id', 'tenant_id', 'tenant'];
    expect(keys(offer({ orchestrator: [listed('aegis.agent.list')] }, pinned))).toEqual([
      ['name', 'roles', 'user_id'],
      ['name', 'roles'],
    ]);
    expect(keys(offer({ orchestrator: [listed('crm.find')] }, pinned))[0]).toEqual(all);
    expect(keys(offer({ gateway: [listed('aegis.agent.list')] }, pinned))[0]).toEqual(all);
  });
});
