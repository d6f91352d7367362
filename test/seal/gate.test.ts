import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SealError } from '../../src/seal/errors.js';
import { SealGate, type SealGateOptions, type SensitiveCall } from '../../src/seal/gate.js';
import { Journal } from '../../src/seal/journal.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import type { SealMode } from '../../src/seal/policy.js';
import { SealSession } from '../../src/seal/session.js';
import { type Answer, attested, ScriptedServer } from './_server.js';

const NOW = Date.parse('2026-02-17T14:32:01.000Z');
let server: ScriptedServer;
let journal: Journal;
/** What happened, in order: `rest` for the REST request, `seal` for an envelope received. */
let sent: string[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  journal = await Journal.open(':memory:');
  sent = [];
  server.onAttest(() => attested('token', new Date(NOW + 3_600_000)));
  invocationsAnswer({ json: { deleted: true } });
});

afterEach(async () => {
  journal.close();
  await server.stop();
});

function invocationsAnswer(answer: Answer): void {
  server.onInvoke(() => {
    sent.push('seal');
    return answer;
  });
}

function gate(mode: SealMode, options: Partial<SealGateOptions> = {}): SealGate {
  return new SealGate({
    mode,
    session: new SealSession({ url: server.url, securityContext: 'zaru-pro', now: () => NOW }),
    catalogue: async () => new Set(['aegis.agent.delete']),
    journal,
    receiptKey: Ed25519Key.generate(),
    now: () => NOW,
    ...options,
  });
}

/** A gate without the named options. */
function gateWithout(mode: SealMode, missing: 'session' | 'catalogue'): SealGate {
  const session = new SealSession({ url: server.url, securityContext: 'zaru-pro', now: () => NOW });
  const common = { mode, journal, receiptKey: Ed25519Key.generate() };
  return new SealGate(missing === 'session' ? common : { ...common, session });
}

const call: SensitiveCall = {
  tool: 'delete_agent',
  actor: 'alice',
  tenant: 't-1',
  seal: { tool: 'aegis.agent.delete', arguments: { agent_id: 'a-1' } },
  rest: { method: 'DELETE', path: '/v1/agents/a-1' },
};
const withoutTool: SensitiveCall = { ...call, seal: undefined };
const lastResort: SensitiveCall = {
  ...call,
  seal: { tool: 'aegis.agent.delete', arguments: {}, isLastResort: true },
};
const unlisted: SensitiveCall = { ...call, seal: { tool: 'aegis.agent.create', arguments: {} } };
const sendRest = async () => {
  sent.push('rest');
  return 204;
};

/** How a carried call went: by which way, or with which code it was refused. */
async function carry(by: SealGate, what: SensitiveCall = call): Promise<string> {
  try {
    return (await by.carry(what, sendRest)).via;
  } catch (error) {
    if (error instanceof SealError) return error.code;
    throw error;
  }
}

describe('routing', () => {
  const failing = { catalogue: () => Promise.reject(new Error('down')) };
  const unattestable = (status: number) => () => server.onAttest(() => ({ status, text: '' }));
  const refusing = () => server.onAttest(() => ({ status: 401, json: { error: 'unknown context' } }));
  const denying = () => invocationsAnswer({ status: 400, json: { error: 'Policy violation: x' } });
  const nothing = () => {};

  it.each<[string, () => void, () => SealGate, SensitiveCall, string, string[]]>([
    ['auto, listed', nothing, () => gate('auto'), call, 'seal', ['seal']],
    ['auto, no SEAL tool', nothing, () => gate('auto'), withoutTool, 'rest', ['rest']],
    ['auto, not listed', nothing, () => gate('auto'), unlisted, 'rest', ['rest']],
    ['auto, only nearly the same', nothing, () => gate('auto'), lastResort, 'rest', ['rest']],
    ['required, only nearly the same', nothing, () => gate('required'), lastResort, 'seal', ['seal']],
    ['auto, no session', nothing, () => gateWithout('auto', 'session'), call, 'rest', ['rest']],
    ['auto, no catalogue', nothing, () => gateWithout('auto', 'catalogue'), call, 'rest', ['rest']],
    ['auto, catalogue down', nothing, () => gate('auto', failing), call, 'upstream_unavailable', []],
    ['auto, no attest route (404)', unattestable(404), () => gate('auto'), call, 'rest', ['rest']],
    ['auto, no attest route (405)', unattestable(405), () => gate('auto'), call, 'rest', ['rest']],
    ['auto, attestation refused', refusing, () => gate('auto'), call, 'attestation_failed', []],
    ['auto, attestation down', unattestable(503), () => gate('auto'), call, 'upstream_unavailable', []],
    ['auto, denied by policy', denying, () => gate('auto'), call, 'policy_violation', ['seal']],
    ['required, listed', nothing, () => gate('required'), call, 'seal', ['seal']],
    ['required, no SEAL tool', nothing, () => gate('required'), withoutTool, 'seal_required', []],
    ['required, not listed', nothing, () => gate('required'), unlisted, 'seal_required', []],
    ['required, no session', nothing, () => gateWithout('required', 'session'), call, 'seal_required', []],
    [
      'required, no catalogue',
      nothing,
      () => gateWithout('required', 'catalogue'),
      call,
      'seal_required',
      [],
    ],
    ['required, catalogue down', nothing, () => gate('required', failing), call, 'seal_required', []],
    ['required, no attest route', unattestable(404), () => gate('required'), call, 'attest_unsupported', []],
    ['required, denied by policy', denying, () => gate('required'), call, 'policy_violation', ['seal']],
    ['off, listed', nothing, () => gate('off'), call, 'rest', ['rest']],
    ['off, no SEAL tool', nothing, () => gate('off'), withoutTool, 'rest', ['rest']],
  ])('%s', async (_title, arrange, make, what, expected, requests) => {
    arrange();
    expect(await carry(make(), what)).toBe(expected);
    expect(sent).toEqual(requests);
    expect(journal.verify()).toMatchObject({ entries: requests.length * 2, unfinished: [] });
  });

  it.each<[string, () => SealGate, SensitiveCall, string]>([
    ['no session', () => gateWithout('required', 'session'), call, 'Give a credential'],
    ['no SEAL tool', () => gate('required'), withoutTool, '--seal-tools delete_agent=auto'],
    ['no such tool in its list', () => gate('required'), unlisted, 'a security context that lists the tool'],
    ['no list', () => gate('required', failing), call, 'Try again later'],
  ])('a call that must be signed, with %s, is told what to do', async (_title, make, what, next) => {
    await expect(make().carry(what, sendRest)).rejects.toMatchObject({
      code: 'seal_required',
      next: expect.stringContaining(next),
    });
  });

  it('never falls back after a failure that may have run', async () => {
    invocationsAnswer({ hangUp: true });
    await expect(gate('auto').carry(call, sendRest)).rejects.toMatchObject({
      code: 'unreachable',
      mayHaveRun: true,
    });
    expect(sent).toEqual(['seal']);
  });

  it('a denial is explained from the list of the context, and is final', async () => {
    denying();
    const error = await gate('auto')
      .carry(call, sendRest)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'policy_violation', status: 400 });
    expect(String(error)).toContain('the security context zaru-pro lists aegis.agent.delete, so an argument');
    await expect(
      gate('auto').invoke({ tool: 'invoke_seal', actor: 'a' }, { tool: 'fs.read', arguments: {} }),
    ).rejects.toThrow('lists 1 tools, and fs.read is not one of them');
    expect(sent).toEqual(['seal', 'seal']);
  });

  it('a denial is told as it is when the list cannot be read', async () => {
    denying();
    await expect(
      gate('off', failing).invoke({ tool: 'invoke_seal', actor: 'a' }, { tool: 'fs.read', arguments: {} }),
    ).rejects.toThrow(/^Policy violation: x$/);
  });

  it.each<[SealMode, SealMode, SensitiveCall, string]>([
    ['auto', 'off', call, 'rest'],
    ['auto', 'required', withoutTool, 'seal_required'],
    ['auto', 'required', call, 'seal'],
    ['off', 'auto', call, 'seal'],
    ['off', 'required', unlisted, 'seal_required'],
    ['required', 'auto', unlisted, 'rest'],
    ['required', 'off', call, 'rest'],
  ])('%s, but %s for the tool', async (mode, own, what, expected) => {
    const overrides = new Map<string, SealMode>([['delete_agent', own]]);
    expect(await carry(gate(mode, { overrides }), what)).toBe(expected);
  });

  it('a mode of one tool does not touch another', async () => {
    const overrides = new Map<string, SealMode>([['deploy_agent', 'off']]);
    expect(await carry(gate('auto', { overrides }))).toBe('seal');
  });

  it('says why SEAL was demanded in vain', async () => {
    await expect(gate('required').carry(unlisted, sendRest)).rejects.toThrow(
      'delete_agent must travel as SEAL, but the security context zaru-pro does not list aegis.agent.create, or the server does not know it.',
    );
  });
});

describe('answers and receipts', () => {
  it('gives the answer of either way with the id of its receipt', async () => {
    const seal = await gate('auto').carry(call, sendRest);
    expect(seal).toEqual({
      via: 'seal',
      result: { deleted: true },
      receipt: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const rest = await gate('off').carry(call, sendRest);
    expect(rest).toEqual({ via: 'rest', response: 204, receipt: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(journal.verify()).toMatchObject({ entries: 4, unfinished: [] });
  });

  it('writes the receipt before it sends', async () => {
    let during: unknown;
    await gate('off').carry(call, async () => {
      during = journal.verify().unfinished.length;
    });
    expect(during).toBe(1);
  });

  it('sends nothing when the receipt cannot be written', async () => {
    const broken = await Journal.open(':memory:');
    broken.close();
    expect(await carry(gate('off', { journal: broken }))).toBe('journal_failed');
    expect(await carry(gate('auto', { journal: broken }))).toBe('journal_failed');
    expect(sent).toEqual([]);
  });

  it('says that the call has ended when only its receipt could not be completed', async () => {
    const breaking = await Journal.open(':memory:');
    const work = gate('off', { journal: breaking }).carry(call, async () => breaking.close());
    await expect(work).rejects.toMatchObject({ code: 'journal_failed', mayHaveRun: true });
  });

  it('passes the failure of REST on, and records what the caller makes of it', async () => {
    const failure = new Error('HTTP 403');
    const recorded: string[] = [];
    const watched: Pick<Journal, 'begin' | 'finish'> = {
      begin: () => {},
      finish: ({ status, detail }) => void recorded.push(`${status} ${detail}`),
    };
    const options = { classify: () => 'denied' as const };
    const failing = () => Promise.reject(failure);
    await expect(gate('off', { journal: watched }).carry(call, failing, options)).rejects.toBe(failure);
    await expect(gate('off', { journal: watched }).carry(call, failing)).rejects.toBe(failure);
    expect(recorded).toEqual(['denied HTTP 403', 'unknown HTTP 403']);
  });

  it('leaves a receipt for each attempt when a session had died', async () => {
    server.onInvoke((_, count) =>
      count === 1 ? { status: 400, json: { error: 'Session has expired' } } : { json: { deleted: true } },
    );
    await gate('auto').carry(call, sendRest);
    expect(journal.verify()).toMatchObject({ entries: 4, unfinished: [] });
  });

  it('carries a call that asks for SEAL by name, whatever the mode', async () => {
    const identity = { tool: 'invoke_seal', actor: 'alice' };
    const carried = await gate('off').invoke(identity, { tool: 'fs.read', arguments: {} });
    expect(carried.result).toEqual({ deleted: true });
    await expect(
      gateWithout('off', 'session').invoke(identity, { tool: 'fs.read', arguments: {} }),
    ).rejects.toMatchObject({ code: 'seal_required' });
    expect(journal.verify()).toMatchObject({ entries: 2, unfinished: [] });
  });
});

describe('catalogue', () => {
  it('is asked once a minute, and once for calls that start together', async () => {
    let asked = 0;
    let now = NOW;
    const catalogue = async () => {
      asked += 1;
      return new Set<string>();
    };
    const by = gate('auto', { catalogue, now: () => now });
    await Promise.all([carry(by), carry(by), carry(by)]);
    now += 59_999;
    await carry(by);
    expect(asked).toBe(1);
    now += 1;
    await carry(by);
    expect(asked).toBe(2);
  });

  it('is asked again after a failure', async () => {
    let asked = 0;
    const catalogue = async () => {
      asked += 1;
      if (asked === 1) throw new Error('down');
      return new Set(['aegis.agent.delete']);
    };
    const by = gate('auto', { catalogue });
    expect([await carry(by), await carry(by)]).toEqual(['upstream_unavailable', 'seal']);
  });
});

describe('whether a tool is listed', () => {
  it.each<[string, () => SealGate, boolean]>([
    ['is told from the list of the context', () => gate('auto'), true],
    ['is no where the tool is not in it', () => gate('auto', { catalogue: async () => new Set() }), false],
    ['is no where SEAL is off', () => gate('off'), false],
    ['is no without a session', () => gateWithout('auto', 'session'), false],
    [
      'is no where nobody can tell',
      () => gate('auto', { catalogue: () => Promise.reject(new Error('down')) }),
      false,
    ],
  ])('%s', async (_title, make, listed) => {
    expect(await make().lists('aegis.agent.delete')).toBe(listed);
  });
});
