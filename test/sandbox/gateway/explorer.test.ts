import { describe, expect, it } from 'vitest';
import { shareSandbox } from '../_sandbox.js';
import { operator, type Reply, registerSpec, useUpstream } from './_gateway.js';

const sandbox = shareSandbox();
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Asks about an upstream that answers always the same. */
async function explore(answer: Reply, asked: object = {}, spec: object = {}) {
  const upstream = await useUpstream(() => answer);
  const call = await operator(sandbox());
  const operations = { list: 'GET /pets', show: 'POST /pets/{id}' };
  const api_spec_id = await registerSpec(call, `${upstream.url}/`, operations, spec);
  const json = {
    execution_id: 'exec-1',
    api_spec_id,
    operation_id: 'list',
    parameters: null,
    fields: [],
    include_hateoas_hints: false,
    ...asked,
  };
  return { ...(await call('POST', '/v1/explorer', { json })), received: upstream.received };
}

describe('the explorer', () => {
  it('returns all matches of each field and nothing else', async () => {
    const body = JSON.stringify({ pets: [{ id: 1, secret: 's' }, { id: 2 }], more: true });
    const { status, json, received } = await explore(
      { body },
      { fields: ['$.pets[*].id', '$.none', '$..secret'], parameters: { limit: 2 } },
    );
    expect(status).toBe(200);
    expect(json).toEqual({
      sliced_data: { '$.pets[*].id': [1, 2], '$.none': [], '$..secret': ['s'] },
      hints: null,
      operation_metadata: { status: 200 },
    });
    expect(received).toEqual([
      { method: 'GET', path: '/pets', authorization: 'Bearer sandbox-static-token', body: '{"limit":2}' },
    ]);
  });

  it('sends the parameters as the body of any method, null too, and fills no path', async () => {
    const { received } = await explore({}, { operation_id: 'show' });
    expect(received[0]).toMatchObject({ method: 'POST', path: '/pets/%7Bid%7D', body: 'null' });
  });

  it('hints at all operations of the spec', async () => {
    const { json } = await explore({}, { include_hateoas_hints: true });
    expect(json).toEqual({
      sliced_data: {},
      hints: { related_operations: ['list', 'show'] },
      operation_metadata: { status: 200 },
    });
  });

  it('reports the status of an upstream that refuses', async () => {
    const { status, json } = await explore({ status: 404, body: '{"error":"no"}' }, { fields: ['$.error'] });
    expect([status, json.sliced_data, json.operation_metadata]).toEqual([
      200,
      { '$.error': ['no'] },
      { status: 404 },
    ]);
    expect((await explore({ status: 204, body: '' })).json.operation_metadata).toEqual({ status: 204 });
  });

  it('is 400 for an invalid JSONPath, after the call', async () => {
    const { status, json, received } = await explore({}, { fields: ['$.a', 'pets'] });
    expect([status, received.length]).toEqual([400, 1]);
    expect(json.error).toMatch(/^invalid JSONPath 'pets': /);
  });

  it('is 500 for an upstream that talks no JSON or hangs up', async () => {
    const html = await explore({ body: '<p>' });
    expect([html.status, html.json.error.split(':')[0]]).toEqual([500, 'serialization error']);
    const dropped = await explore({ drop: true });
    expect([dropped.status, dropped.json.error.split(':')[0]]).toEqual([500, 'http error']);
  });

  it.each([
    [{ api_spec_id: NOBODY }, 404, { error: 'api spec not found' }],
    [{ operation_id: 'none' }, 404, { error: 'operation not found' }],
    [{ operation_id: 'toString' }, 404, { error: 'operation not found' }],
    [{ api_spec_id: 'petstore' }, 422, undefined],
    [{ parameters: undefined }, 422, undefined],
    [{ fields: null }, 422, undefined],
    [{ include_hateoas_hints: 'yes' }, 422, undefined],
  ])('with %j is %i', async (asked, status, body) => {
    const { status: got, json, received } = await explore({}, asked);
    expect([got, json, received]).toEqual([status, body, []]);
  });

  it('has no user for credentials that need one, and no tenant for the others', async () => {
    const user = await explore({}, {}, { credential_path: { HumanDelegated: { target_service: 'x' } } });
    expect([user.status, user.json, user.received]).toEqual([401, { error: 'unauthorized' }, []]);
    const jit = { SystemJit: { openbao_engine_path: 'github', role: 'bot' } };
    const { received } = await explore({}, {}, { credential_path: jit });
    expect(received[0]?.authorization).toBe('Bearer sandbox-jit:github/creds/bot');
  });
});
