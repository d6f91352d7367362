/** Lists that change: what clients are told, and when. */
import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '../../src/server/capabilities.js';
import { askModern, connect, factoryOf } from './_connect.js';
import { ChangingHost } from './_host.js';

const CHANGED = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'c', version: '1' },
};

describe('a list that may change', () => {
  it('is advertised, and one that never does is not', () => {
    expect(capabilitiesOf(new ChangingHost())).toEqual({ tools: { listChanged: true } });
    expect(capabilitiesOf({})).toEqual({ tools: {} });
  });

  it('has the tools that are there now behind the fixed ones', async () => {
    const host = new ChangingHost();
    host.change('news');
    const { request } = await connect(factoryOf(host));
    const { result } = Object(await request('tools/list'));
    const names = Object(result).tools.map(({ name }: { name: string }) => name);
    expect(names.slice(0, 2)).toEqual(['echo', 'fail']);
    expect(names.at(-1)).toBe('news');
  });

  it('may be kept no longer than it is looked after', async () => {
    const answer = await askModern('tools/list', {}, factoryOf(new ChangingHost()));
    expect(answer).toMatchObject({ result: { ttlMs: 7_000, cacheScope: 'private' } });
  });
});

describe('a change', () => {
  const open = async (host: ChangingHost, era: 'legacy' | 'modern' = 'legacy') => {
    const factory = factoryOf(host);
    return await connect(() => factory.lasting(era));
  };

  it('is announced to a connection that lasts, once it is initialized', async () => {
    const host = new ChangingHost();
    const { client, sent, request } = await open(host);
    await request('initialize', INITIALIZE);
    host.change('early');
    await client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await request('ping', undefined, 2);
    expect(sent).not.toContainEqual(CHANGED);
    host.change('news');
    await request('ping', undefined, 3);
    expect(sent.filter((message) => 'method' in message)).toEqual([CHANGED]);
  });

  it('is not waited for by a server of one request', async () => {
    const host = new ChangingHost();
    const { request } = await connect(factoryOf(host));
    await request('tools/list');
    expect(host.watching).toBe(0);
  });

  it('is looked for until the connection ends', async () => {
    const host = new ChangingHost();
    const { client } = await open(host);
    expect(host.watching).toBe(1);
    await client.close();
    expect(host.watching).toBe(0);
  });
});
