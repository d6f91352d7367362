import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mergePatch, updateThroughSeal } from '../../../src/tools/actions/deploy.js';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const AGENT = '3f0e8a52-6a0e-4c57-9a37-0b6a3e1f4c11';
const MANIFEST = {
  apiVersion: '100monkeys.ai/v1',
  kind: 'Agent',
  metadata: { name: 'counter', version: '1.0.0' },
  spec: { runtime: { language: 'python', version: '3.11' }, task: { instruction: 'Count.' } },
};
const DEPLOYED = [{ json: { agent_id: AGENT } }];
const deploy = (args: unknown) => callTool(server, 'deploy_agent', args, DEPLOYED);

describe('deploy_agent', () => {
  it('takes a manifest as YAML text', async () => {
    const manifest = `apiVersion: 100monkeys.ai/v1
kind: Agent
metadata: {name: counter, version: 1.0.0}
spec:
  runtime: {language: python, version: "3.11"}
  task: {instruction: Count.}
`;
    expect((await deploy({ manifest })).isError).toBe(false);
    expect(server.asked[0]?.body).toEqual(MANIFEST);
  });

  it.each([
    ['nothing', {}, /manifest: is missing/],
    ['half of the short form', { name: 'counter' }, /manifest: is missing/],
    ['both forms', { manifest: MANIFEST, name: 'counter' }, /manifest excludes name/],
    ['a list', { manifest: [MANIFEST] }, /^Error invalid_manifest: /],
    [
      'a short form over 2 MiB',
      { name: 'counter', language: 'python', instruction: 'x'.repeat(3_000_000) },
      /^Error too_large: /,
    ],
    ['an empty manifest', { manifest: {} }, /^Error invalid_/],
    [
      'a bad manifest',
      { manifest: { ...MANIFEST, spec: {} } },
      /^Error invalid_manifest: .*\n.*spec\.runtime/,
    ],
  ])('refuses %s and sends nothing', async (_title, args, text) => {
    const outcome = await deploy(args);
    expect(outcome.isError).toBe(true);
    expect(outcome.text).toMatch(text);
    expect(server.asked).toEqual([]);
  });

  it('sends fields that are unknown only when told to', async () => {
    const manifest = { ...MANIFEST, spec: { ...MANIFEST.spec, shiny: true } };
    expect((await deploy({ manifest })).text).toContain('spec.shiny');
    expect((await deploy({ manifest, allow_unknown: true })).isError).toBe(false);
    expect(server.asked[0]?.body).toEqual(manifest);
  });
});

describe('update_agent', () => {
  const update = (stored: unknown, payload: unknown) =>
    callTool(server, 'update_agent', { agent_id: AGENT, payload }, [
      { json: stored },
      { json: { success: true } },
    ]);
  const stored = { id: AGENT, name: 'counter', manifest: { ...MANIFEST, labels: null } };

  it('merges changed fields into the stored manifest, without its nulls', async () => {
    const outcome = await update(stored, { metadata: { version: '1.1.0' } });
    expect(outcome.isError, outcome.text).toBe(false);
    expect(server.asked[1]).toMatchObject({
      method: 'PATCH',
      body: { ...MANIFEST, metadata: { name: 'counter', version: '1.1.0' } },
    });
  });

  it('sends a complete manifest as it is', async () => {
    const manifest = { ...MANIFEST, metadata: { name: 'counter', version: '2.0.0' } };
    await update({ id: AGENT, name: 'counter' }, manifest);
    expect(server.asked[1]?.body).toEqual(manifest);
  });

  it('cannot merge into a manifest that the server does not show', async () => {
    const { text } = await update({ id: AGENT, name: 'counter' }, { metadata: { version: '1.1.0' } });
    expect(text).toMatch(/^Error unsupported: .*\nNext: Give a complete manifest/);
    expect(server.asked).toHaveLength(1);
  });

  it('checks what comes out of the merge before it is sent', async () => {
    const { text } = await update(stored, { spec: { runtime: null } });
    expect(text).toMatch(/^Error invalid_manifest: /);
    expect(server.asked).toHaveLength(1);
  });
});

/** Examples of RFC 7396, appendix A, for objects. */
describe('a merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j and %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('may hold a key that is __proto__', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

it('an update through SEAL that reached another agent is a failure that has run', () => {
  const body = () => updateThroughSeal.body({ agent_id: 'other' }, { agent_id: AGENT }, Object(undefined));
  expect(body).toThrow(expect.objectContaining({ code: 'failed', mayHaveRun: true }));
});
