/** A call with several faults is refused for the first one in the server's order. */
import { describe, expect, it } from 'vitest';
import { shareSandbox } from '../_sandbox.js';
import { createKey, openSession, type Sealing } from './_gateway.js';

const sandbox = shareSandbox();

interface Fault {
  readonly name: string;
  readonly outcome: readonly [status: number, code: number | string];
  /** Of the registered session. */
  readonly session?: Readonly<Record<string, unknown>>;
  readonly sealing?: Sealing;
}

/** In the order of the checks: a call that has a fault has all that follow it too. */
const FAULTS: readonly Fault[] = [
  {
    name: 'an execution without a session',
    sealing: { claims: { exec_id: 'nobody' } },
    outcome: [401, 'unauthorized'],
  },
  {
    name: 'a session key of another length',
    session: { public_key_b64: 'AAAA' },
    outcome: [400, 1000],
  },
  {
    name: 'a signature that is no base64',
    sealing: { envelope: { signature: '*' } },
    outcome: [401, 1001],
  },
  { name: 'another protocol', sealing: { envelope: { protocol: 'smcp/v1' } }, outcome: [400, 1000] },
  { name: 'a time long past', sealing: { timestamp: 1 }, outcome: [401, 1003] },
  { name: 'the key of somebody else', sealing: { key: createKey().privateKey }, outcome: [401, 1002] },
  { name: 'another issuer', sealing: { claims: { iss: 'me' } }, outcome: [401, 1004] },
  {
    name: 'another method',
    sealing: { payload: { method: 'tools/list', params: {} } },
    outcome: [400, 1000],
  },
  { name: 'no jti', sealing: { claims: { jti: undefined } }, outcome: [401, 1004] },
  { name: 'another scope', sealing: { claims: { scp: 'internal' } }, outcome: [400, 3001] },
  {
    name: 'a revoked session',
    session: { session_status: 'Revoked' },
    outcome: [401, 'unauthorized'],
  },
  { name: 'a tool beyond the session', session: { allowed_tool_patterns: ['x'] }, outcome: [403, 2000] },
  {
    name: 'an unknown security context',
    session: { security_context: 'nowhere' },
    outcome: [403, 'forbidden'],
  },
  { name: 'an unknown tool', outcome: [404, "workflow 'ghost' not found"] },
];

/** The call with all faults from one on. */
async function outcomeFrom(first: number): Promise<readonly unknown[]> {
  const faults = FAULTS.slice(first);
  const merged = <T extends object>(parts: readonly (T | undefined)[]) => Object.assign({}, ...parts);
  const sealings = faults.map(({ sealing }) => sealing);
  const sealing: Sealing = {
    ...merged(sealings),
    claims: merged(sealings.map((each) => each?.claims)),
    envelope: merged(sealings.map((each) => each?.envelope)),
  };
  const session = await openSession(sandbox(), merged(faults.map((fault) => fault.session)));
  const { status, json } = await session.call('ghost', {}, sealing);
  return [status, json.error.code ?? json.error];
}

describe('the order of the checks', () => {
  it.each(FAULTS.map(({ name, outcome }, index) => ({ name, outcome, index })))(
    '$name goes before all that follows',
    async ({ index, outcome }) => {
      expect(await outcomeFrom(index)).toEqual(outcome);
    },
  );
});
