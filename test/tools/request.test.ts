import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/tools/request.js';

describe('a request', () => {
  it('has method, path and nothing else where the wire has nothing else', async () => {
    expect(await buildRequest({ operation: 'getAgent', route: 'GET /v1/agents/{id}' }, { id: 'a' })).toEqual({
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
    const request = await buildRequest(wire, {
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

  it('has no query when no parameter is given', async () => {
    const wire = { operation: 'x', route: 'GET /v1/executions', query: ['limit'] } as const;
    expect(await buildRequest(wire, {})).toEqual({ method: 'GET', path: '/v1/executions' });
  });

  it('has a JSON body without members that are undefined', async () => {
    const body = () => ({ json: { input: null, intent: undefined } });
    expect(await buildRequest({ operation: 'x', route: 'POST /v1/x', body }, {})).toEqual({
      method: 'POST',
      path: '/v1/x',
      body: { type: 'application/json', data: '{"input":null}' },
    });
  });

  it('has a YAML body as it is, also when it takes time to make', async () => {
    const body = async () => ({ yaml: 'kind: Workflow\n' });
    const request = await buildRequest({ operation: 'x', route: 'POST /v1/workflows', body }, {});
    expect(request.body).toEqual({ type: 'text/yaml', data: 'kind: Workflow\n' });
  });

  it('goes without credentials only where the wire says so', async () => {
    const open = { operation: 'x', route: 'GET /health/live', auth: 'none' } as const;
    expect((await buildRequest(open, {})).auth).toBe('none');
    expect((await buildRequest({ operation: 'x', route: 'GET /v1/agents' }, {})).auth).toBeUndefined();
  });
});
