import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildTarget, readBaseUrl } from '../../src/client/url.js';
import type { AnyWire } from '../../src/tools/define.js';
import { fillRoute, slotNames } from '../../src/tools/path.js';
import { registry } from '../../src/tools/registry.js';
import { buildRequest } from '../../src/tools/request.js';
import { NO_MEANS } from './_means.js';
import { refusalOf } from './_rows.js';

describe('slots', () => {
  it('are filled with one segment each', () => {
    expect(fillRoute('GET /v1/agents/{agent_id}/versions', { agent_id: 'a1' })).toEqual({
      method: 'GET',
      path: '/v1/agents/a1/versions',
    });
  });

  it('are named in order', () => {
    expect(slotNames('GET /v1/executions/{execution_id}/files/{*path}')).toEqual(['execution_id', 'path']);
  });

  it.each([
    ['a b', 'a%20b'],
    ['a/b', 'a%2Fb'],
    ['%2e%2e', '%252e%252e'],
    ['a?b#c;d', 'a%3Fb%23c%3Bd'],
    ['日本', '%E6%97%A5%E6%9C%AC'],
    ['...', '...'],
    ['a\\b', 'a%5Cb'],
  ])('take %j as %s', (value, encoded) => {
    expect(fillRoute('GET /v1/agents/lookup/{name}', { name: value }).path).toBe(
      `/v1/agents/lookup/${encoded}`,
    );
  });

  it.each(['', '.', '..', 'a\u0000b', 'a\nb', '\u007f', '\u0085', '\ud800', 'x\udc00'])(
    'refuse %j',
    async (value) => {
      const error = await refusalOf(() => fillRoute('GET /v1/agents/lookup/{name}', { name: value }));
      expect(error.code).toBe('invalid_arguments');
      expect(error.message).toMatch(/^name: .* cannot be part of a path\.$/);
    },
  );

  it('refuse an argument that is missing', async () => {
    expect((await refusalOf(() => fillRoute('GET /v1/agents/{agent_id}', {}))).code).toBe(
      'invalid_arguments',
    );
  });
});

describe('wildcards', () => {
  const fill = (path: string) => fillRoute('GET /files/{*path}', { path }).path;

  it.each([
    ['out.txt', '/files/out.txt'],
    ['a/b c/d.txt', '/files/a/b%20c/d.txt'],
    ['/a/b', '/files/a/b'],
    ['%2e%2e/x', '/files/%252e%252e/x'],
    ['.hidden/..x', '/files/.hidden/..x'],
  ])('take %j as %s', (value, path) => {
    expect(fill(value)).toBe(path);
  });

  it.each(['', '/', '//', 'a//b', 'a/', './a', 'a/./b', '../a', 'a/../b', 'a/..', 'a/\u0007', 'a/\ud800'])(
    'refuse %j',
    async (value) => {
      expect((await refusalOf(() => fill(value))).code).toBe('invalid_arguments');
    },
  );
});

/** Every way to break out of a segment that has been seen, and every character that ends one. */
const HOSTILE = [
  '',
  '.',
  '..',
  '%2e',
  '%2e%2e',
  '%2E%2E%2F',
  'a/../b',
  '../../v1/agents',
  'a/b',
  '/',
  '\\..\\',
  'a?b=c',
  'a#b',
  'a;b',
  'a%00b',
  'a\u0000b',
  'a\r\nHost: x',
  '\ud800',
  'a\udfffb',
  '\u2028',
  ' ',
  '@host',
  ':8080',
  '//host/x',
  'http://host/',
  '*',
  '{agent_id}',
  '{*path}',
];

interface SlotOf {
  readonly tool: string;
  readonly slot: string;
  readonly wire: AnyWire;
}

/** Every slot of every route of every tool, further reads included. */
const SLOTS: readonly SlotOf[] = Object.entries(registry).flatMap(([tool, { live, documented, reads }]) =>
  [live, documented, ...reads]
    .filter((wire) => wire !== undefined)
    .flatMap((wire) => slotNames(wire.route).map((slot) => ({ tool, slot, wire }))),
);

/** Segments of the path that is really called, once the URL is parsed as undici and servers parse it. */
async function segmentsCalled(wire: AnyWire, args: Readonly<Record<string, unknown>>): Promise<string[]> {
  const { body: _body, headers: _headers, ...bodiless } = wire;
  const request = await buildRequest(bodiless, args, NO_MEANS);
  const target = buildTarget(readBaseUrl('http://127.0.0.1:8088'), request);
  const { pathname } = new URL(target, 'http://127.0.0.1:8088');
  return pathname.slice(1).split('/').map(decodeURIComponent);
}

/** Segments that the route means: its own, with the value in place of the slot. */
function segmentsMeant({ wire, slot }: SlotOf, value: string, others: string): string[] {
  const [, template = ''] = wire.route.split(' ');
  return template
    .slice(1)
    .split('/')
    .flatMap((part) => {
      if (part === `{*${slot}}`) return value.replace(/^\//, '').split('/');
      if (part === `{${slot}}`) return [value];
      return part.startsWith('{') ? [others] : [part];
    });
}

function argumentsOf({ wire, slot }: SlotOf, value: string): Readonly<Record<string, unknown>> {
  const others = Object.fromEntries(slotNames(wire.route).map((name) => [name, 'other']));
  return { ...others, [slot]: value };
}

async function checkValue(item: SlotOf, value: string): Promise<void> {
  const called = await segmentsCalled(item.wire, argumentsOf(item, value)).catch((error: unknown) => {
    if (Object(error).code === 'invalid_arguments') return 'refused';
    throw error;
  });
  if (called !== 'refused') expect(called).toEqual(segmentsMeant(item, value, 'other'));
}

describe.each(SLOTS.map((item) => [item.tool, item.slot, item.wire.route, item] as const))(
  '%s: %s of %s',
  (_tool, _slot, _route, item) => {
    it('never changes the path called', async () => {
      for (const value of HOSTILE) await checkValue(item, value);
    });

    it('is refused where it would be no segment', async () => {
      for (const value of ['', '.', '..', '\u0000', '\ud800']) {
        const error = await refusalOf(() => segmentsCalled(item.wire, argumentsOf(item, value)));
        expect(error.message).toMatch(new RegExp(`^${item.slot}: `));
      }
    });
  },
);

it('holds for any text in any slot', async () => {
  const anySlot = fc.constantFrom(...SLOTS);
  await fc.assert(fc.asyncProperty(anySlot, fc.string({ unit: 'binary', maxLength: 30 }), checkValue), {
    numRuns: 500,
  });
});

it('covers every tool whose route has a slot', () => {
  const withSlot = Object.entries(registry).filter(([, { live, documented }]) =>
    (live ?? documented)?.route.includes('{'),
  );
  expect(new Set(SLOTS.map(({ tool }) => tool))).toEqual(new Set(withSlot.map(([name]) => name)));
  expect(SLOTS.length).toBeGreaterThan(25);
});
