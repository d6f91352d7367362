import { describe, expect, it } from 'vitest';
import {
  type Capability,
  findViolation,
  isVisible,
  type SecurityContext,
} from '../../../src/sandbox/seal/policy.js';

const contextOf = (
  capabilities: readonly Capability[],
  deny_list: readonly string[] = [],
): SecurityContext => ({
  name: 'test',
  description: '',
  capabilities,
  deny_list,
});

const allowed = (capability: Capability, tool: string, args: unknown = {}) =>
  findViolation(contextOf([capability]), tool, args) === undefined;

describe('tool patterns', () => {
  it.each([
    ['*', 'anything', true],
    ['fs.read', 'fs.read', true],
    ['fs.read', 'fs.reader', false],
    ['fs.*', 'fs.read', true],
    ['fs.*', 'fs', true],
    ['fs.*', 'fsx.read', true],
    ['fs.*', 'web.fetch', false],
    ['f*d', 'fs.read', false],
  ])('%s on %s: %s', (tool_pattern, tool, expected) => {
    expect(allowed({ tool_pattern }, tool)).toBe(expected);
    expect(isVisible(contextOf([{ tool_pattern }]), tool)).toBe(expected);
  });

  it('allow nothing where there are none', () => {
    expect(findViolation(contextOf([]), 'a', {})).toBe(
      'ToolNotAllowed { tool_name: "a", allowed_tools: [] }',
    );
  });

  it('lose to the deny list, which knows exact names only', () => {
    const context = contextOf([{ tool_pattern: '*' }], ['fs.delete', 'web.*']);
    expect(findViolation(context, 'fs.delete', {})).toBe('ToolExplicitlyDenied { tool_name: "fs.delete" }');
    expect(findViolation(context, 'web.fetch', {})).toBeUndefined();
    expect(isVisible(context, 'fs.delete')).toBe(false);
  });
});

describe('paths', () => {
  const capability = { tool_pattern: '*', path_allowlist: ['/workspace'] };
  it.each([
    ['/workspace', true],
    ['/workspace/a/b', true],
    ['/workspaces/a', false],
    ['/etc/passwd', false],
    ['notes.txt', true],
    ['a/../../etc', false],
  ])('%s: %s', (path, expected) => {
    expect(allowed(capability, 'fs.read', { path })).toBe(expected);
  });

  it('bind only fs tools, and only when there is a path', () => {
    expect(allowed(capability, 'fs.list', {})).toBe(true);
    expect(allowed(capability, 'aegis.file.read', { path: '/etc' })).toBe(true);
  });

  it('an empty list allows no absolute path', () => {
    expect(allowed({ tool_pattern: '*', path_allowlist: [] }, 'fs.read', { path: '/workspace' })).toBe(false);
  });
});

describe('commands and domains', () => {
  it.each([
    ['git status', true],
    ['git', true],
    ['rm -rf /', false],
    ['', false],
  ])('command %j: %s', (command, expected) => {
    expect(allowed({ tool_pattern: 'cmd.run', command_allowlist: ['git'] }, 'cmd.run', { command })).toBe(
      expected,
    );
  });

  it.each([
    ['https://example.com/x', true],
    ['https://API.Example.com', true],
    ['https://evil-example.com', false],
    ['https://example.com.evil.net', false],
    ['not a url', false],
  ])('url %s: %s', (url, expected) => {
    expect(allowed({ tool_pattern: 'web.*', domain_allowlist: ['example.com'] }, 'web.fetch', { url })).toBe(
      expected,
    );
  });

  it('the first capability that fits as a whole allows', () => {
    const context = contextOf([
      { tool_pattern: 'fs.*', path_allowlist: ['/agent'] },
      { tool_pattern: 'fs.read', path_allowlist: ['/workspace'] },
    ]);
    expect(findViolation(context, 'fs.read', { path: '/workspace/a' })).toBeUndefined();
    expect(findViolation(context, 'fs.write', { path: '/workspace/a' })).toMatch(/^ToolNotAllowed /);
  });
});
