import { describe, expect, it } from 'vitest';
import {
  domainNotes,
  sentCapabilities,
  toSecurityContext,
} from '../../../src/tools/actions/gateway-contexts.js';

const capability = (...domain_allowlist: string[]) => ({ tool_pattern: 'web.*', domain_allowlist });
const domainsOf = (...domains: string[]) => sentCapabilities([capability(...domains)])[0]?.domain_allowlist;

describe('domains', () => {
  it.each([
    ['*.wikipedia.org', '.wikipedia.org *.wikipedia.org'],
    ['*.Wikipedia.ORG', '.wikipedia.org *.wikipedia.org'],
    ['*.my_host.lan', '.my_host.lan *.my_host.lan'],
    ['.wikipedia.org', '.wikipedia.org'],
    ['wikipedia.org', 'wikipedia.org'],
    ['localhost', 'localhost'],
    ['127.0.0.1', '127.0.0.1'],
    ['bücher.example', 'bücher.example'],
  ])('%s is sent as %s', (given, sent) => {
    expect(domainsOf(given)).toEqual(sent.split(' '));
  });

  it('that were sent twice are sent once', () => {
    expect(domainsOf('.x.org', '*.x.org', '*.x.org')).toEqual(['.x.org', '*.x.org']);
  });

  it.each([
    '*',
    '',
    '.',
    '*.',
    'https://x.org',
    'x.org/a',
    'x.org:443',
    'a.*.org',
    '*x.org',
    'x.org.',
    'a b',
  ])('%j is refused: it would never match, or not as meant', (domain) => {
    expect(() => domainsOf(domain)).toThrow(
      `gateway_upsert_security_context: capabilities.0.domain_allowlist: ${JSON.stringify(domain)} is neither`,
    );
  });

  it('come with a note each, once', () => {
    expect(domainNotes([capability('*.x.org', 'y.org'), capability('y.org', '.z.org')])).toEqual([
      '"*.x.org" admits every subdomain, but not x.org itself.',
      '"y.org" admits every host whose name ends so, evily.org too; "*.y.org" admits subdomains only.',
      '".z.org" admits every subdomain, but not z.org itself.',
    ]);
    expect(domainNotes([{ tool_pattern: '*' }])).toEqual([]);
  });
});

it('leaves other constraints, and capabilities without domains, as they are', () => {
  const other = { tool_pattern: 'fs.*', path_allowlist: ['/workspace'] };
  expect(sentCapabilities([other])).toEqual([other]);
});

it('shows a context so that it can be given back', () => {
  const stored = { tool_pattern: 'fs.*', path_allowlist: ['/w'], domain_allowlist: null, rate_limit: null };
  expect(toSecurityContext({ name: 'c', capabilities: [stored, 7] })).toEqual({
    name: 'c',
    capabilities: [{ tool_pattern: 'fs.*', path_allowlist: ['/w'] }, 7],
  });
  const domains = ['.x.org', '*.x.org', '.y.org', 'z.org'];
  expect(toSecurityContext({ name: 'c', capabilities: [{ domain_allowlist: domains }] })).toEqual({
    name: 'c',
    capabilities: [{ domain_allowlist: ['*.x.org', '.y.org', 'z.org'] }],
  });
  expect(() => toSecurityContext({})).toThrow('not an object with name');
});
