/** One call of a row against a scripted server: dialects, failures and answers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import type { HttpClient } from '../../src/client/types.js';
import type { Carried, Context, DialectName, SensitiveCall, Upstream } from '../../src/tools/context.js';
import { createDialectMemory } from '../../src/tools/dialects.js';
import { execute } from '../../src/tools/execute.js';
import { NO_MEANS } from './_means.js';
import { type Answer, type ScriptedServer, startScriptedServer } from './_orchestrator.js';
import { refusalOf, row } from './_rows.js';

let server: ScriptedServer;
let http: HttpClient;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());
beforeEach(() => {
  http = createHttpClient({ baseUrl: server.url, tokens: undefined });
});
afterEach(() => http.close());

type Carry = (call: SensitiveCall, send: () => Promise<unknown>) => Promise<Carried<unknown>>;

/** A context over the scripted server; sensitive calls go over REST unless `sealed` answers them. */
function context(mode: 'auto' | DialectName = 'auto', sealed?: unknown): Context {
  const carry: Carry = async (_call, send) =>
    sealed === undefined
      ? { via: 'rest', response: await send(), receipt: 'r' }
      : { via: 'seal', result: sealed, receipt: 'r' };
  const upstream: Upstream = { http, dialects: createDialectMemory(mode) };
  return {
    ...NO_MEANS,
    upstream: () => upstream,
    tenant: undefined,
    signal: AbortSignal.timeout(10_000),
    progress: () => undefined,
    // The scripted answer stands for whatever the caller expects.
    carry: (call, send) => carryAs(carry, call, send),
    sealInvoke: () => Promise.reject(new Error('not used')),
    requestSeconds: 60,
    recorded: [],
    sealLists: async () => false,
    receipts: () => Promise.reject(new Error('not used')),
    about: () => Promise.reject(new Error('not used')),
  };
}

async function carryAs<R>(carry: Carry, call: SensitiveCall, send: () => Promise<R>): Promise<Carried<R>> {
  const answers: R[] = [];
  const carried = await carry(call, async () => answers.push(await send()));
  const [response] = answers;
  if (carried.via === 'seal') return carried;
  if (response === undefined) throw new Error('nothing was sent');
  return { ...carried, response };
}

const ID = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const LIVE = `POST /v1/agents/${ID}/execute`;
const DOCUMENTED = 'POST /v1/executions';
const STARTED = { json: { execution_id: 'e1' } };

function run(tool: string, args: unknown, answers: readonly Answer[], using = context()): Promise<unknown> {
  server.script(answers);
  return execute(tool, row(tool), args, using);
}
const start = (answers: readonly Answer[], using = context()) =>
  run('start_execution', { agent_id: ID, input: 'x' }, answers, using);
const asked = () => server.asked.map(({ method, path }) => `${method} ${path}`);

describe('a route that checks the body before anything else', () => {
  const spec = {
    name: 'issues',
    base_url: 'https://api.example.com',
    source_fetch_url: 'https://api.example.com/openapi.json',
    credential_path: { kind: 'Static', key: 'pat' },
  };
  const register = (answers: readonly Answer[]) => run('gateway_register_spec', spec, answers);
  const form = { status: 400, json: { error: 'credential_path: unknown form' } };
  const sent = () => server.asked.map(({ body }) => Object(body).credential_path);

  it('has its 400 answered with the other form', async () => {
    const answers = [form, { json: { id: ID } }];
    expect(await register(answers)).toMatchObject({ value: { id: ID } });
    expect(sent()).toEqual([{ StaticRef: { key: 'pat' } }, { kind: 'Static', key: 'pat' }]);
  });

  it('is quoted on what was asked, not on the form of the other dialect', async () => {
    const asked = { status: 400, json: { error: 'no operation has an operationId' } };
    const framework = { status: 422, text: 'credential_path: unknown variant `kind`' };
    expect((await refusalOf(() => register([asked, framework]))).message).toContain('operationId');
    expect((await refusalOf(() => register([form, asked]))).message).toContain('operationId');
  });

  it('is asked once where both forms are the same', async () => {
    const tool = {
      name: 'kubectl',
      description: '',
      docker_image: 'k:1',
      allowed_subcommands: ['get'],
      require_semantic_judge: false,
      default_timeout_seconds: 60,
    };
    const refused = { status: 400, json: { error: 'docker_image is blank' } };
    const error = await refusalOf(() => run('gateway_register_cli_tool', tool, [refused]));
    expect([error.status, server.asked.length]).toEqual([400, 1]);
  });
});

describe('a route that the server does not have', () => {
  it.each<[string, Answer]>([
    ['404 without a body', { status: 404, empty: true }],
    ['404 of a proxy', { status: 404, text: '<html><title>Not Found</title></html>' }],
    ['405', { status: 405, empty: true }],
    ['415 as text', { status: 415, text: 'Expected request with `Content-Type: application/json`' }],
    ['422 as text', { status: 422, text: 'Failed to deserialize the JSON body: missing field `x`' }],
    ['422 as JSON', { status: 422, json: { detail: 'field required' } }],
  ])('is left for the documented one: %s', async (_title, answer) => {
    expect(await start([answer, STARTED])).toEqual({ value: { execution_id: 'e1' } });
    expect(asked()).toEqual([LIVE, DOCUMENTED]);
  });

  it('is tried once: the answer is remembered', async () => {
    const using = context();
    await start([{ status: 404, empty: true }, STARTED], using);
    await start([STARTED], using);
    expect(asked()).toEqual([DOCUMENTED]);
  });

  it('is found again when the server becomes another one', async () => {
    const using = context();
    await start([{ status: 404, empty: true }, STARTED], using);
    await start([{ status: 405, empty: true }, STARTED], using);
    expect(asked()).toEqual([DOCUMENTED, LIVE]);
    await start([STARTED], using);
    expect(asked()).toEqual([LIVE]);
  });

  it('in both dialects is an error that names both', async () => {
    const error = await refusalOf(() =>
      start([
        { status: 404, empty: true },
        { status: 405, empty: true },
      ]),
    );
    expect(error.code).toBe('unsupported');
    expect(error.message).toBe(
      `start_execution: this server has no route for it (tried ${LIVE} and ${DOCUMENTED}).`,
    );
    expect(error.next).toContain('whoami');
    expect(error.mayHaveRun).toBe(false);
  });

  it('that both dialects share is asked for once and named once', async () => {
    const missing = { status: 404, empty: true } as const;
    const args = { agent_id: ID, scope: 'global' };
    const error = await refusalOf(() => run('update_agent_scope', args, [missing, missing]));
    expect(error.message).toContain(`(tried POST /v1/agents/${ID}/scope).`);
    expect(asked()).toHaveLength(1);
  });

  it('matters less than what the other dialect says', async () => {
    const answers = [
      { status: 422, text: 'missing field `input`' },
      { status: 404, empty: true },
    ] as const;
    const error = await refusalOf(() => start(answers));
    expect(error).toMatchObject({ code: 'refused', status: 422 });
    const reversed = await refusalOf(() => start([answers[1], answers[0]]));
    expect(reversed).toMatchObject({ code: 'refused', status: 422 });
  });

  it('is an error of its own for a tool with one route', async () => {
    const error = await refusalOf(() => run('list_agents', {}, [{ status: 404, empty: true }]));
    expect(error.message).toBe('list_agents: this server has no route for it (tried GET /v1/agents).');
  });
});

describe('a request that may have been read', () => {
  it.each<[string, Answer, string]>([
    ['404 in JSON', { status: 404, json: { error: 'Agent not found' } }, 'not_found'],
    ['400', { status: 400, json: { error: 'bad' } }, 'refused'],
    ['400 as text', { status: 400, text: 'Invalid URL' }, 'refused'],
    ['401', { status: 401, text: 'Unauthorized' }, 'unauthorized'],
    ['403', { status: 403, json: { error: 'forbidden' } }, 'forbidden'],
    ['409', { status: 409, json: { error: 'conflict' } }, 'conflict'],
    ['500', { status: 500, json: { error: 'boom' } }, 'server_error'],
    ['503', { status: 503, text: 'later' }, 'unavailable'],
    ['a connection that is lost', { cut: true }, 'connection_lost'],
  ])('is never sent by the other route: %s', async (_title, answer, code) => {
    const error = await refusalOf(() => start([answer, STARTED]));
    expect(error.code).toBe(code);
    expect(asked()).toEqual([LIVE]);
  });

  it('says so when the connection is lost', async () => {
    expect((await refusalOf(() => start([{ cut: true }]))).mayHaveRun).toBe(true);
  });
});

describe('a fixed dialect', () => {
  it.each<[DialectName, string]>([
    ['live', LIVE],
    ['documented', DOCUMENTED],
  ])('%s never falls back', async (dialect, route) => {
    const error = await refusalOf(() => start([{ status: 404, empty: true }, STARTED], context(dialect)));
    expect(asked()).toEqual([route]);
    expect(error.message).toBe(`start_execution: this server has no route for it (tried ${route}).`);
  });

  it('uses the one route of a tool that has only one', async () => {
    await run('list_agents', {}, [{ json: [] }], context('documented'));
    expect(asked()).toEqual(['GET /v1/agents']);
  });
});

describe('an answer of success', () => {
  it('with only an error in it is a failure (D45)', async () => {
    const answer = { json: { error: 'Request not found or already completed' } };
    const error = await refusalOf(() => run('approve_request', { id: ID }, [answer]));
    expect(error).toMatchObject({ code: 'failed', status: 200, mayHaveRun: false });
    expect(error.message).toBe('Request not found or already completed');
  });

  it('of a record that tells of an error is a record', async () => {
    const record = { execution_id: 'e1', status: 'failed', error: 'out of iterations', output: null };
    const ran = await run('get_execution', { execution_id: ID }, [{ json: record }]);
    expect(ran).toMatchObject({ value: { status: 'failed', error: 'out of iterations' } });
  });

  it('without a body is an empty one', async () => {
    expect(await run('cancel_execution', { execution_id: ID }, [{ empty: true }])).toEqual({
      value: { execution_id: ID, status: 'cancelled' },
    });
  });

  it('that is no JSON is an error that shows its beginning', async () => {
    const error = await refusalOf(() => run('list_agents', {}, [{ text: '<html>Login</html>' }]));
    expect(error.code).toBe('bad_response');
    expect(error.message).toContain('<html>Login</html>');
    expect(error.mayHaveRun).toBe(false);
  });

  it.each<[string, unknown]>([
    ['no list', { json: { agents: 'none' } }],
    ['an agent without a name', { json: [{ id: 'a1' }] }],
    ['a version that is no text', { json: [{ id: 'a1', name: 'one', version: 7 }] }],
  ])('of another shape is an error: %s', async (_title, answer) => {
    const error = await refusalOf(() => run('list_agents', {}, [Object(answer)]));
    expect(error.code).toBe('bad_response');
    expect(error.next).toMatch(/AEGIS (server|orchestrator)/);
  });

  it('of another shape names what differs, and not a thousand times', async () => {
    const json = Array.from({ length: 1_000 }, () => ({ id: 'a1', name: 'one', version: 7 }));
    const error = await refusalOf(() => run('list_agents', {}, [{ json }]));
    expect(error.message).toMatch(
      /^list_agents: the server's answer has another shape: agents\.0\.version: /,
    );
    expect(error.message).toContain('agents.4.version');
    expect(error.message).not.toContain('agents.5.version');
  });

  it('that cannot be read after a change says that the change may have been made', async () => {
    const error = await refusalOf(() => start([{ json: { ok: true } }]));
    expect(error).toMatchObject({ code: 'bad_response', mayHaveRun: true });
    expect(asked()).toEqual([LIVE]);
  });
});

describe('a call that SEAL carried', () => {
  const flow = { name: 'count-once' };

  it('gives the result as if REST had carried it', async () => {
    const using = context('auto', { execution_id: 'flow', status: 'started' });
    const answers = [{ json: { executions: [{ execution_id: 'run-1', status: 'running' }] } }];
    expect(await run('run_workflow', flow, answers, using)).toMatchObject({
      value: { execution_id: 'run-1' },
    });
    expect(asked()).toEqual(['GET /v1/workflows/executions?workflow_id=flow&limit=1']);
  });

  it('is not repeated by any route when a read after it fails', async () => {
    const using = context('auto', { execution_id: 'flow', status: 'started' });
    const error = await refusalOf(() => run('run_workflow', flow, [{ status: 404, empty: true }], using));
    expect(error.mayHaveRun).toBe(true);
    expect(asked()).toEqual(['GET /v1/workflows/executions?workflow_id=flow&limit=1']);
  });

  it('fails with what the tool reports', async () => {
    const using = context('auto', { error: 'workflow not found' });
    const error = await refusalOf(() => run('run_workflow', flow, [], using));
    expect(error).toMatchObject({ code: 'failed', mayHaveRun: false });
    expect(error.message).toBe('run_workflow through SEAL: workflow not found');
    expect(error.next).toBe('Check the id or name; it may belong to another tenant.');
  });

  it('says that it may have run when the tool answers with no object', async () => {
    const error = await refusalOf(() => run('run_workflow', flow, [], context('auto', 'done')));
    expect(error).toMatchObject({ code: 'bad_response', mayHaveRun: true });
  });
});
