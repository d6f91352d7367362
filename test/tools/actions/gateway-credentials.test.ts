import { describe, expect, it } from 'vitest';
import {
  kindCredential,
  publishedCredential,
  realCredential,
} from '../../../src/tools/actions/gateway-credentials.js';

const FORMS = [
  [{ kind: 'Static', key: 'github-pat' }, { StaticRef: { key: 'github-pat' } }],
  [
    { kind: 'SystemJit', openbao_engine_path: 'github', role: 'reader' },
    { SystemJit: { openbao_engine_path: 'github', role: 'reader' } },
  ],
  [{ kind: 'HumanDelegated', target_service: 'github' }, { HumanDelegated: { target_service: 'github' } }],
  [
    {
      kind: 'Auto',
      system_jit_openbao_engine_path: 'github',
      system_jit_role: 'reader',
      target_service: 'github',
    },
    {
      Auto: {
        system_jit_openbao_engine_path: 'github',
        system_jit_role: 'reader',
        target_service: 'github',
      },
    },
  ],
  [{ kind: 'UserBound', provider: 'github' }, { UserBound: { provider: 'github' } }],
] as const;

it('takes the published name of the static kind in the tagged form too', () => {
  expect(realCredential('t', 'credential_path', { Static: { key: 'k' } })).toEqual({
    StaticRef: { key: 'k' },
  });
});

describe.each(FORMS)('%j', (published, real) => {
  it('is translated both ways', () => {
    expect(realCredential('t', 'credential_path', published)).toEqual(real);
    expect(realCredential('t', 'credential_path', real)).toEqual(real);
    expect(kindCredential('t', 'credential_path', published)).toEqual(published);
    expect(kindCredential('t', 'credential_path', real)).toEqual(published);
    expect(publishedCredential(real)).toEqual(published);
  });
});

it('takes the real name of the static kind too', () => {
  expect(realCredential('t', 'x', { kind: 'StaticRef', key: 'a' })).toEqual({ StaticRef: { key: 'a' } });
});

it.each([
  [{}, 'x: is no credential path of a known kind'],
  [{ kind: 'Vault', key: 'a' }, 'x: is no credential path of a known kind'],
  [{ kind: 'constructor' }, 'x: is no credential path of a known kind'],
  [{ StaticRef: 'a' }, 'x: is no credential path of a known kind'],
  [{ StaticRef: { key: 'a' }, UserBound: { provider: 'b' } }, 'x: is no credential path of a known kind'],
  [{ kind: 'Static' }, 'x: StaticRef lacks key (text)'],
  [{ kind: 'Static', key: ' ' }, 'x: StaticRef lacks key (text)'],
  [{ kind: 'Static', key: 7 }, 'x: StaticRef lacks key (text)'],
  [{ SystemJit: { role: 'r' } }, 'x: SystemJit lacks openbao_engine_path (text)'],
  [{ kind: 'Static', key: 'a', value: 's3cret' }, 'x: StaticRef has no value'],
])('refuses %j', (given, problem) => {
  expect(() => realCredential('tool', 'x', given)).toThrow(`tool: ${problem}.`);
});

it('leaves an unknown answer as it is', () => {
  expect(publishedCredential({ Future: { a: 1 } })).toEqual({ Future: { a: 1 } });
  expect(publishedCredential(null)).toBeNull();
});
