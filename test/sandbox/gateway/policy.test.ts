import { describe, expect, it } from 'vitest';
import { decodeContext } from '../../../src/sandbox/gateway/contexts/contexts.js';
import { allowsTool, findViolation } from '../../../src/sandbox/gateway/contexts/policy.js';

/** The code of the denial, or undefined. */
function codeOf(
  parts: { readonly capabilities: readonly object[]; readonly deny_list?: readonly string[] },
  tool: string,
  args: unknown,
) {
  const context = { ...decodeContext({ name: 'ctx', ...parts }), tenant_id: null };
  return findViolation(context, tool, args)?.code;
}

const one = (capability: object) => ({ capabilities: [{ tool_pattern: '*', ...capability }] });

describe('a security context', () => {
  it.each([
    ['nothing is allowed by no capability', { capabilities: [] }, 'a', 2000],
    ['an exact name', { capabilities: [{ tool_pattern: 'fs.read' }] }, 'fs.read', undefined],
    ['an exact name only', { capabilities: [{ tool_pattern: 'fs.read' }] }, 'fs.reader', 2000],
    ['a prefix', { capabilities: [{ tool_pattern: 'fs.*' }] }, 'fs.read', undefined],
    ['a prefix without its dot', { capabilities: [{ tool_pattern: 'fs.*' }] }, 'fsx.read', undefined],
    ['the deny list first', { ...one({}), deny_list: ['shell.*'] }, 'shell.run', 2001],
    ['no other globs', { capabilities: [{ tool_pattern: 'f*d' }] }, 'fd', 2000],
  ])('%s', (_title, context, tool, code) => {
    expect(codeOf(context, tool, {})).toBe(code);
  });

  it('decides by the first capability that matches, also against', () => {
    const capabilities = [{ tool_pattern: 'fs.*', path_allowlist: ['/a'] }, { tool_pattern: '*' }];
    expect(codeOf({ capabilities }, 'fs.read', { path: '/b' })).toBe(2002);
    expect(codeOf({ capabilities: capabilities.toReversed() }, 'fs.read', { path: '/b' })).toBeUndefined();
  });

  it.each([
    ['/workspace', undefined],
    ['/workspace/a/b', undefined],
    ['/workspace/../etc/passwd', undefined],
    ['//workspace/./a', undefined],
    ['/workspaces', 2002],
    ['workspace/a', 2002],
    ['/', 2002],
  ])('path %s', (path, code) => {
    expect(codeOf(one({ path_allowlist: ['/workspace/'] }), 'fs.read', { path })).toBe(code);
    expect(codeOf(one({ path_allowlist: ['/workspace/'] }), 'filesystem.read', { path })).toBe(code);
    expect(codeOf(one({ path_allowlist: ['/workspace/'] }), 'other.read', { path })).toBeUndefined();
  });

  it('asks for no path where none is given, and an empty list allows none', () => {
    expect(codeOf(one({ path_allowlist: [] }), 'fs.read', { path: 7 })).toBeUndefined();
    expect(codeOf(one({ path_allowlist: [] }), 'fs.read', null)).toBeUndefined();
    expect(codeOf(one({ path_allowlist: [] }), 'fs.read', { path: '/a' })).toBe(2002);
  });

  it.each([
    ['git status', undefined],
    ['  git   log --all', undefined],
    ['git push', 2003],
    ['git', 2003],
    ['npm publish', undefined],
    ['node -e 1', undefined],
    ['rm -rf /', 2003],
  ])('command %s', (command, code) => {
    const lists = {
      command_allowlist: ['git', 'npm', 'node'],
      subcommand_allowlist: { git: ['status', 'log'], npm: [] },
    };
    expect(codeOf(one(lists), 'cmd.run', { command })).toBe(code);
    expect(codeOf(one(lists), 'cmd.other', { command })).toBeUndefined();
  });

  it.each([
    ['https://x.org/a', undefined],
    ['https://en.x.org', undefined],
    ['https://evilx.org', undefined],
    ['https://x.org.evil.com', 2004],
    ['no url', 2004],
  ])('domain of %s', (url, code) => {
    expect(codeOf(one({ domain_allowlist: ['x.org'] }), 'web.fetch', { url })).toBe(code);
    expect(codeOf(one({ domain_allowlist: ['x.org'] }), 'web-search.query', { url })).toBe(code);
    expect(codeOf(one({ domain_allowlist: ['x.org'] }), 'fetch', { url })).toBeUndefined();
    expect(codeOf(one({ domain_allowlist: ['*.x.org'] }), 'web.fetch', { url })).toBe(2004);
  });
});

it.each([
  ['*', 'anything', true],
  ['fs.*', 'fs.read', true],
  ['fs.*', 'fsx', false],
  ['*.read', 'fs.read', true],
  ['a*z', 'abcz', true],
  ['a*z', 'abc', false],
  ['a*b*', 'acb*', true],
  ['fs.read', 'fs.read', true],
  ['fs.read', 'fs.readx', false],
])('the session pattern %s on %s', (pattern, tool, allowed) => {
  expect(allowsTool(pattern, tool)).toBe(allowed);
});
