import { describe, expect, it } from 'vitest';
import type { AnyArgs, AnyWire } from '../../src/tools/define.js';
import { buildRequest } from '../../src/tools/request.js';
import { NO_MEANS } from './_means.js';

const build = (wire: AnyWire, args: AnyArgs) => buildRequest(wire, args, NO_MEANS);

describe('a request', () => {
  it('has method, path and nothing else where the wire has nothing else', async () => {
    expect(await build({ operation: 'getAgent', route: 'GET /v1/agents/{id}' }, { id: 'a' })).toEqual({
      method: 'GET',
      path: '/v1/agents/a',
    });
  });

  it('has the query in the order of the wire, fixed parameters first, without absent ones', async () => {
    const wire = {
      operation: 'x',
      route: 'GET /v1/executions',
      fixed: { follow: 'false' },
      query: ['limit', 'agent_id', 'offset', 'visible'],
    } as const;
    const request = await build(wire, {
      visible: false,
      agent_id: 'a&b',
      offset: undefined,
      limit: 0,
    });
    expect(request.query).toEqual([
      ['follow', 'false'],
      ['limit', '0'],
      ['agent_id', 'a&b'],
      ['visible', 'false'],
    ]);
  });

  it('has the time that its answer needs at least, in milliseconds', async () => {
    const wire = { operation: 'x', route: 'POST /v1/dispatch-gateway', leastSeconds: 600 } as const;
    expect((await build(wire, {})).leastMs).toBe(600_000);
  });

  it('has no query when no parameter is given', async () => {
    const wire = { operation: 'x', route: 'GET /v1/executions', query: ['limit'] } as const;
    expect(await build(wire, {})).toEqual({ method: 'GET', path: '/v1/executions' });
  });

  it('has a JSON body without members that are undefined', async () => {
    const body = () => ({ json: { input: null, intent: undefined } });
    expect(await build({ operation: 'x', route: 'POST /v1/x', body }, {})).toEqual({
      method: 'POST',
      path: '/v1/x',
      body: { type: 'application/json', data: '{"input":null}' },
    });
  });

  it('has a YAML body as it is, also when it takes time to make', async () => {
    const body = async () => ({ yaml: 'kind: Workflow\n' });
    const request = await build({ operation: 'x', route: 'POST /v1/workflows', body }, {});
    expect(request.body).toEqual({ type: 'text/yaml', data: 'kind: Workflow\n' });
  });

  it('goes without credentials only where the wire says so', async () => {
    const open = { operation: 'x', route: 'GET /health/live', auth: 'none' } as const;
    expect((await build(open, {})).auth).toBe('none');
    expect((await build({ operation: 'x', route: 'GET /v1/agents' }, {})).auth).toBeUndefined();
  });

  it('has the headers that the wire makes of the arguments, without undefined ones', async () => {
    const headers = ({ tenant_id }: AnyArgs) => ({ 'x-tenant-id': String(tenant_id), 'x-none': undefined });
    const request = await build(
      { operation: 'x', route: 'GET /v1/colony/members', headers },
      { tenant_id: 't-1' },
    );
    expect(request.headers).toEqual({ 'x-tenant-id': 't-1' });
  });

  it('signs with what this machine is configured with', async () => {
    const means = { ...NO_MEANS, webhookSecret: (source: string) => `secret of ${source}` };
    const wire: AnyWire = {
      operation: 'x',
      route: 'POST /v1/x',
      headers: (_args, { webhookSecret }) => ({ 'x-signature': webhookSecret('ci') }),
      body: () => ({ text: '{}', type: 'application/json' }),
    };
    const request = await buildRequest(wire, {}, means);
    expect(request.headers).toEqual({ 'x-signature': 'secret of ci' });
    expect(request.body).toEqual({ type: 'application/json', data: '{}' });
  });
});
