/** Every tool sends the literal requests of its cases, and reads the answers into the published result. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createRuntime } from '../../src/runtime/index.js';
import type { CallOutcome } from '../../src/server/host.js';
import { registry } from '../../src/tools/registry.js';
import { CASES, type Case } from './_cases.js';
import { type ScriptedServer, startScriptedServer } from './_orchestrator.js';
import { STREAM_CASES } from './_stream-cases.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.e30.c2ln';
const GATEWAY_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.e30.Z3c';
const SECRETS = {
  AEGIS_TOKEN: TOKEN,
  AEGIS_GATEWAY_TOKEN: GATEWAY_TOKEN,
  AEGIS_WEBHOOK_SECRETS: 'ci=whsec-ci,github=whsec-github',
};

async function call(tool: string, args: unknown, dialect: string): Promise<CallOutcome> {
  const flags = {
    url: server.url,
    gatewayUrl: server.url,
    dialect,
    toolsets: 'all',
    tenant: 'acme',
    seal: 'off',
    journal: ':memory:',
    logLevel: 'silent',
  };
  const runtime = createRuntime(readConfig(flags, SECRETS));
  const signal = AbortSignal.timeout(10_000);
  try {
    return await runtime.host.call(tool, args, { signal, progress: () => undefined });
  } finally {
    await runtime.close();
  }
}

const cases: readonly Case[] = [...CASES, ...STREAM_CASES];

/** Routes that the orchestrator answers without a bearer. */
const WITHOUT_BEARER =
  /^\/($|ui\/|api-docs|health|metrics|openapi|v1\/(seal\/(invoke|tools)|invoke|webhooks\/|dispatch-gateway|billing\/prices))/;

describe.each(cases.map((item) => [item.tool, item.dialect, item] as const))(
  '%s (%s)',
  (tool, dialect, item) => {
    it('sends its literal requests and gives the published result', async () => {
      server.script(item.answers);
      const outcome = await call(tool, item.args, dialect);
      expect(server.asked, outcome.text).toEqual(item.asked);
      expect(server.headers[0]).toMatchObject(item.headers ?? {});
      expect(outcome.isError, outcome.text).toBe(false);
      expect(outcome.structured).toMatchObject(item.result);
    });

    it('sends the bearer where the route takes one, and the pinned tenant', async () => {
      server.script(item.answers);
      await call(tool, item.args, dialect);
      for (const [index, headers] of server.headers.entries()) {
        const open = WITHOUT_BEARER.test(server.asked[index]?.path ?? '');
        const gateway = registry[tool]?.server === 'gateway';
        const bearer = `Bearer ${gateway ? GATEWAY_TOKEN : TOKEN}`;
        const own = item.headers?.authorization;
        expect(headers.authorization).toBe(own ?? (open ? undefined : bearer));
        // The gateway takes the tenant from the token.
        expect(headers['x-tenant-id']).toBe(gateway ? undefined : 'acme');
      }
    });
  },
);

describe('the cases', () => {
  const LOCAL = ['whoami', 'get_receipt'];

  it('cover every tool', () => {
    const covered = new Set(cases.map((item) => item.tool));
    expect(Object.keys(registry).filter((name) => !covered.has(name) && !LOCAL.includes(name))).toEqual([]);
  });

  it('cover both dialects of every tool that has two', () => {
    const covered = new Set(cases.map((item) => `${item.tool} ${item.dialect}`));
    const two = Object.entries(registry).filter(([, { live, documented }]) => live && documented);
    expect(two.map(([name]) => `${name} documented`).filter((pair) => !covered.has(pair))).toEqual([]);
    expect(two.map(([name]) => `${name} live`).filter((pair) => !covered.has(pair))).toEqual([]);
  });
});
