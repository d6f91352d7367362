/** A request with several faults is refused for the first one in the server's order. */
import { expect, it } from 'vitest';
import { createKey, openSession, post, seal, startWithSession, toolPayload } from './_seal-client.js';

const { sandbox } = await startWithSession();

const LIST = toolPayload('aegis.agent.list', {});
const NAMELESS = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: {} };
const BARE = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'aegis.agent.delete' } };

interface Fault {
  readonly name: string;
  readonly refusal: string;
  /** Members replaced in the envelope. */
  readonly envelope?: Readonly<Record<string, unknown>>;
  /** What is signed instead. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly foreignKey?: true;
  readonly late?: true;
}

/** In the order of the checks: a call that has a fault has all that follow it too. */
const FAULTS: readonly Fault[] = [
  { name: 'no protocol', envelope: { protocol: undefined }, refusal: 'SEAL envelope requires both' },
  {
    name: 'an unknown token',
    envelope: { security_token: 'unknown' },
    refusal: 'Session is inactive: Expired',
  },
  {
    name: 'a signature that is no base64',
    envelope: { signature: '*' },
    refusal: 'Signature verification failed: Invalid base64 signature',
  },
  {
    name: 'a signature of another length',
    envelope: { signature: 'AAAA' },
    refusal: 'Signature verification failed: Invalid signature length',
  },
  {
    name: 'another protocol',
    envelope: { protocol: 'smcp/v1' },
    refusal: "Malformed MCP payload: unsupported SEAL protocol 'smcp/v1'",
  },
  {
    name: 'a time that is none',
    envelope: { timestamp: 'now' },
    refusal: "Malformed MCP payload: invalid SEAL timestamp 'now'",
  },
  { name: 'a time long past', late: true, refusal: 'Replay protection failed: envelope timestamp' },
  {
    name: 'the key of somebody else',
    foreignKey: true,
    refusal: 'Signature verification failed: Signature verification failed',
  },
  { name: 'no tool', payload: NAMELESS, refusal: 'Malformed MCP payload: missing tool name' },
  { name: 'no arguments', payload: BARE, refusal: 'Malformed MCP payload: missing arguments' },
  {
    name: 'a tool beyond the context',
    payload: toolPayload('aegis.agent.delete', { tenant_id: 'acme' }),
    refusal: 'Policy violation: ToolNotAllowed',
  },
  {
    name: 'required arguments that are not there',
    payload: toolPayload('aegis.task.status', { tenant_id: 'acme' }),
    refusal: "Invalid tool arguments: Tool 'aegis.task.status' is missing required argument(s): execution_id",
  },
  {
    name: 'the tenant of others',
    payload: toolPayload('aegis.agent.list', { tenant_id: 'acme' }),
    refusal: 'Tenant mismatch: ',
  },
];

/** An envelope with all faults from one on; of two that exclude each other the earlier one shows. */
async function refusalFrom(first: number): Promise<unknown> {
  const faults = FAULTS.slice(first);
  const caller = await openSession(sandbox, 'aegis-system-restricted');
  const key = faults.some(({ foreignKey }) => foreignKey) ? createKey().privateKey : caller.privateKey;
  const payload = faults.find((fault) => fault.payload !== undefined)?.payload ?? LIST;
  const at = faults.some(({ late }) => late) ? new Date(0) : new Date();
  const envelope = Object.assign(
    {},
    seal(caller.token, key, payload, at),
    ...faults.map((fault) => fault.envelope).reverse(),
  );
  const { status, body } = await post(`${sandbox.url}/v1/seal/invoke`, envelope);
  return [status, Object(body).error];
}

it.each(FAULTS.map(({ name, refusal }, index) => ({ name, refusal, index })))(
  '$name goes before all that follows',
  async ({ index, refusal }) => {
    const [status, error] = Object(await refusalFrom(index));
    expect([status, String(error).slice(0, refusal.length)]).toEqual([400, refusal]);
  },
);

it('a replay is refused after the policy and before the arguments are looked at', async () => {
  const caller = await openSession(sandbox, 'aegis-system-restricted');
  const ask = (tool: string) => {
    const envelope = seal(caller.token, caller.privateKey, toolPayload(tool, {}));
    const send = async () => Object((await post(`${sandbox.url}/v1/seal/invoke`, envelope)).body).error;
    return send().then(async (first) => [first, await send()]);
  };
  expect(await ask('aegis.task.status')).toEqual([
    "Invalid tool arguments: Tool 'aegis.task.status' is missing required argument(s): execution_id",
    'Replay protection failed: envelope nonce already seen within freshness window',
  ]);
  const [denied, again] = await ask('aegis.agent.delete');
  expect([denied, again]).toEqual([denied, denied]);
  expect(denied).toMatch(/^Policy violation: /);
});
