import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHttpClient } from '../../src/client/client.js';
import { readActor, type SealIdentity } from '../../src/runtime/identity.js';
import { noGateway } from '../../src/runtime/no-gateway.js';
import { SealCatalogue } from '../../src/runtime/seal-catalogue.js';
import { createDialectMemory } from '../../src/tools/dialects.js';
import { recordingContext } from '../tools/catalog/_context.js';

type Answer = (
  response: ServerResponse,
  asked: { readonly path: string; readonly tag: string | undefined },
) => void;

const tools = (...names: string[]) => ({ protocol: 'seal/v1', tools: names.map((name) => ({ name })) });
const json =
  (body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const NOT_ASKED = { path: '', tag: undefined };
const failing: Answer = (response) => response.writeHead(500).end('{"error":"down"}');

/** What the two servers say, and what they were asked. */
const said: { orchestrator: Answer; gateway: Answer } = { orchestrator: failing, gateway: failing };
let asked: { readonly path: string; readonly tag: string | undefined }[] = [];
const server = createServer((request, response) => {
  const tag = request.headers['if-none-match'];
  const one = { path: request.url ?? '', tag };
  asked.push(one);
  (one.path.startsWith('/v1/seal') ? said.orchestrator : said.gateway)(response, one);
});
let http: ReturnType<typeof createHttpClient>;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  http = createHttpClient({ baseUrl: `http://127.0.0.1:${port}`, sleep: async () => undefined });
});
afterAll(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

let catalogue: SealCatalogue | undefined;
afterEach(() => catalogue?.close());

interface Setting {
  readonly maxAgeMs?: number;
  readonly gateway?: boolean;
  readonly readOnly?: boolean;
}

function open({ maxAgeMs = 60_000, gateway = false, readOnly = false }: Setting = {}) {
  asked = [];
  const logged: string[] = [];
  const seal: { current: SealIdentity | undefined } = {
    current: { securityContext: 'zaru-free', fields: {} },
  };
  const upstream = { http, dialects: createDialectMemory('live') };
  catalogue = new SealCatalogue({
    connected: async () => ({
      upstream: (name) => (name === 'orchestrator' || gateway ? upstream : noGateway()),
      seal: { identity: async () => ({ actor: readActor(undefined), seal: seal.current }) },
    }),
    log: {
      info: (_fields, message) => void logged.push(message),
      warn: (_fields, message) => void logged.push(message),
    },
    taken: ['list_agents'],
    maxAgeMs,
    tenant: undefined,
    readOnly,
  });
  const opened = catalogue;
  const names = async () => (await opened.list()).map(({ name }) => name);
  return { opened, names, logged, seal };
}

/** Resolves at the next announcement. */
const nextChange = (opened: SealCatalogue): Promise<void> =>
  new Promise((resolve) => {
    const stop = opened.watch(() => {
      stop();
      resolve();
    });
  });

describe('the list', () => {
  it('is asked for the security context of the caller, and kept as long as it may be', async () => {
    said.orchestrator = json(tools('a.b', 'list.agents'));
    const { names } = open();
    expect(await names()).toEqual(['a_b', expect.stringMatching(/^list_agents_[0-9a-f]{8}$/)]);
    await names();
    expect(asked).toEqual([{ path: '/v1/seal/tools?security_context=zaru-free', tag: undefined }]);
  });

  it('has what the gateway lists besides', async () => {
    said.orchestrator = json(tools('both', 'first'));
    said.gateway = json([{ name: 'both' }, { name: 'last' }]);
    const { names } = open({ gateway: true });
    expect(await names()).toEqual(['both', 'first', 'last']);
  });

  it('is that of another caller at once, also when theirs cannot be read', async () => {
    said.orchestrator = (response, { path }) =>
      (path.endsWith('zaru-free') ? json(tools('free')) : json(tools('pro')))(response, {
        path,
        tag: undefined,
      });
    const { names, seal } = open();
    expect(await names()).toEqual(['free']);
    seal.current = { securityContext: 'zaru-pro', fields: {} };
    expect(await names()).toEqual(['pro']);
    said.orchestrator = failing;
    seal.current = { securityContext: 'zaru-free', fields: {} };
    expect(await names()).toEqual([]);
  });

  it('of somebody else is not shown while that of the caller is waited for, which is announced', async () => {
    const answers: (() => void)[] = [];
    const answer = () => {
      for (const each of answers.splice(0)) each();
    };
    said.orchestrator = (response) => void answers.push(() => json(tools('a'))(response, NOT_ASKED));
    said.gateway = (response) => void answers.push(() => json([])(response, NOT_ASKED));
    const { names, seal, opened } = open({ gateway: true });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const listed = async (end: () => void) => {
      const list = names();
      while (answers.length < 2) await new Promise((resolve) => setImmediate(resolve));
      end();
      return await list;
    };
    expect(await listed(answer)).toEqual(['a']);
    seal.current = { securityContext: 'zaru-pro', fields: {} };
    expect(await listed(() => vi.advanceTimersByTime(3_000))).toEqual([]);
    const change = nextChange(opened);
    answer();
    await change;
    expect(await names()).toEqual(['a']);
  });

  it('is empty for somebody who has no security context; nobody is asked, and why is told', async () => {
    const { names, seal, logged, opened } = open({ gateway: true });
    seal.current = undefined;
    expect(await names()).toEqual([]);
    expect([asked, logged]).toEqual([[], ['SEAL tools cannot be listed']]);
    const { context } = recordingContext(() => undefined);
    await expect((await opened.find('a_b'))?.run({}, context)).rejects.toMatchObject({
      code: 'not_configured',
      next: expect.stringContaining('--security-context'),
    });
  });

  it('is asked for with the tag that the server gave, and kept when that still holds', async () => {
    said.orchestrator = (response, { tag }) => {
      if (tag === '"v1"') response.writeHead(304).end();
      else json(tools('a'), { etag: '"v1"' })(response, { path: '', tag });
    };
    const { names } = open({ maxAgeMs: 0 });
    expect([await names(), await names()]).toEqual([['a'], ['a']]);
    expect(asked.map(({ tag }) => tag)).toEqual([undefined, '"v1"']);
  });
});

describe('a server that cannot list', () => {
  it.each([304, 204, 418])('because it answers %i to a plain question has failed', async (status) => {
    said.orchestrator = (response) => response.writeHead(status).end();
    const { names, logged } = open();
    expect([await names(), logged]).toEqual([[], ['SEAL tools cannot be listed']]);
  });

  it('does not cost what the other one lists', async () => {
    said.orchestrator = failing;
    said.gateway = json([{ name: 'last' }]);
    expect(await open({ gateway: true }).names()).toEqual(['last']);
  });

  it('keeps its last list, is logged once, and once more when it lists again', async () => {
    said.orchestrator = json(tools('a'));
    const { names, opened, logged } = open({ maxAgeMs: 10 });
    expect(await names()).toEqual(['a']);
    said.orchestrator = json({ error: 'Configuration error' });
    asked = [];
    opened.watch(() => undefined);
    await expect.poll(() => asked.length, { timeout: 5_000 }).toBeGreaterThan(2);
    expect(await names()).toEqual(['a']);
    said.orchestrator = json(tools('a', 'b'));
    await nextChange(opened);
    expect(await names()).toEqual(['a', 'b']);
    expect(logged).toEqual(['SEAL tools cannot be listed', 'SEAL tools are listed again']);
  });

  it('that never did gives an empty list, and the tools are announced when they come', async () => {
    said.orchestrator = failing;
    const { names, opened } = open({ maxAgeMs: 10 });
    expect(await names()).toEqual([]);
    const change = nextChange(opened);
    said.orchestrator = json(tools('a'));
    await change;
    expect(await names()).toEqual(['a']);
  });

  it('and does not answer is waited for once, not each time', async () => {
    let answer = (): void => undefined;
    said.orchestrator = (response) => {
      answer = () => json(tools('late'))(response, { path: '', tag: undefined });
    };
    const { names, opened } = open();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const first = names();
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(3_000);
    expect(await first).toEqual([]);
    // No time passes now: waiting would never end.
    expect(await names()).toEqual([]);
    const change = nextChange(opened);
    answer();
    await change;
    expect(await names()).toEqual(['late']);
  });

  it('does not keep the other one, slow but once, from being waited for again', async () => {
    let answer = (): void => undefined;
    said.orchestrator = (response) => {
      answer = () => json(tools('late'))(response, NOT_ASKED);
    };
    said.gateway = (response) => response.writeHead(403).end('{"error":"no operator"}');
    const { names, opened } = open({ gateway: true, maxAgeMs: 0 });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const first = names();
    while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(3_000);
    expect(await first).toEqual([]);
    const change = nextChange(opened);
    answer();
    await change;
    said.orchestrator = json(tools('soon'));
    await expect.poll(() => names(), { interval: 0 }).toEqual(['soon']);
    said.orchestrator = json(tools('again'));
    expect(await names()).toEqual(['again']);
  });
});

describe('changes', () => {
  it('are looked for while somebody watches, and announced once each', async () => {
    said.orchestrator = json(tools('a'));
    const { names, opened } = open({ maxAgeMs: 10 });
    await names();
    const heard: string[] = [];
    const stops = ['one', 'other'].map((who) => opened.watch(() => void heard.push(who)));
    said.orchestrator = json(tools('b'));
    await nextChange(opened);
    const seen = asked.length;
    await expect.poll(() => asked.length, { timeout: 5_000 }).toBeGreaterThan(seen + 2);
    expect(heard).toEqual(['one', 'other']);
    for (const stop of stops) stop();
    const before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    // One look may have been under way.
    expect(asked.length - before).toBeLessThanOrEqual(1);
  });

  it('of the order alone are none', async () => {
    said.orchestrator = json(tools('a', 'b'));
    const { names, opened } = open({ maxAgeMs: 10 });
    await names();
    const heard: string[] = [];
    opened.watch(() => void heard.push('changed'));
    said.orchestrator = json(tools('b', 'a'));
    const seen = asked.length;
    await expect.poll(() => asked.length, { timeout: 5_000 }).toBeGreaterThan(seen + 2);
    expect(heard).toEqual([]);
  });
});

describe('a tool that is called', () => {
  const runOf = async (opened: SealCatalogue, name: string, result: unknown = { done: true }) => {
    const { context, invoked } = recordingContext(() => result);
    const tool = await opened.find(name);
    return { tool, invoked, run: async (args: unknown = {}) => await tool?.run(args, context) };
  };

  it('is found without a list having been asked for, and is called by its own name', async () => {
    said.orchestrator = json(tools('a.b'));
    const { tool, invoked, run } = await runOf(open().opened, 'a_b');
    expect(tool?.untrusted).toBe(true);
    expect(await run({ x: 1 })).toEqual({ value: { done: true } });
    expect(invoked).toEqual([{ tool: 'a.b', args: { x: 1 }, server: 'orchestrator', as: 'a_b' }]);
  });

  it('at the gateway is called there', async () => {
    said.orchestrator = json(tools());
    said.gateway = json([{ name: 'deploy.site' }]);
    const { invoked, run } = await runOf(open({ gateway: true }).opened, 'deploy_site');
    await run();
    expect(invoked).toMatchObject([{ tool: 'deploy.site', server: 'gateway', as: 'deploy_site' }]);
  });

  it.each([
    ['an error', { error: 'no such agent' }, 'a_b through SEAL: no such agent'],
    ['a flag', { deleted: false, message: 'in use' }, 'a_b through SEAL: in use'],
    [
      'an MCP error',
      { isError: true, content: [{ type: 'text', text: 'quota' }, { type: 'image' }] },
      'a_b through SEAL: quota',
    ],
    ['an MCP error without text', { isError: true }, 'a_b through SEAL: the tool reports a failure'],
  ])('and reports %s with success has failed', async (_title, result, message) => {
    said.orchestrator = json(tools('a.b'));
    const { run } = await runOf(open().opened, 'a_b', result);
    await expect(run()).rejects.toMatchObject({ code: 'failed', message, next: expect.any(String) });
  });

  it.each([[[]], ['x'], [7]])('with arguments that are no object (%j) is not called', async (args) => {
    said.orchestrator = json(tools('a.b'));
    const { run, invoked } = await runOf(open().opened, 'a_b');
    await expect(run(args)).rejects.toMatchObject({ code: 'invalid_arguments' });
    expect(invoked).toEqual([]);
  });

  it('that has gone, or was never listed for the caller, says so', async () => {
    said.orchestrator = json(tools('a.b'));
    const { opened, names } = open({ maxAgeMs: 0 });
    await names();
    said.orchestrator = json(tools('c'));
    await names();
    for (const name of ['a_b', 'aegis_agent_delete']) {
      const { run } = await runOf(opened, name);
      await expect(run()).rejects.toMatchObject({
        code: 'not_found',
        message: `${name} is not offered: the security context does not list it now.`,
      });
    }
    expect(await opened.find('nothing')).toBeUndefined();
  });

  it('and is not known to be a reader is not offered with --read-only', async () => {
    said.orchestrator = json(tools('aegis.agent.list', 'aegis.agent.delete', 'a.b'));
    const { opened, names } = open({ readOnly: true });
    expect(await names()).toEqual(['aegis_agent_list']);
    const { run } = await runOf(opened, 'aegis_agent_delete');
    await expect(run()).rejects.toMatchObject({ message: expect.stringContaining('(--read-only)') });
    expect(await opened.find('a_b')).toBeUndefined();
  });

  it('while nothing can be listed tells why', async () => {
    said.orchestrator = failing;
    const { run } = await runOf(open().opened, 'a_b');
    await expect(run()).rejects.toMatchObject({
      code: 'server_error',
      message: expect.stringMatching(/^a_b is no fixed tool, and the SEAL tools cannot be listed now: /),
    });
  });
});
