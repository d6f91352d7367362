/** The store in Redis or Valkey, against a real server where this machine has one. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealEnvelope } from '../../src/seal/envelope.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { RedisReplayStore, type RedisSend } from '../../src/seal/replay-redis.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { makeFolder } from './_process.js';
import { refusal } from './_session.js';

const program = ['valkey-server', 'redis-server'].find((name) => spawnSync(name, ['--version']).status === 0);
if (program === undefined) {
  process.stderr.write('skipped: the Redis replay store, no redis-server or valkey-server on PATH\n');
}

describe.skipIf(program === undefined)('a store in Redis', () => {
  const folder = makeFolder();
  const socket = join(folder.path, 'redis.sock');
  const clients: Redis[] = [];
  let server: ChildProcess;

  beforeAll(async () => {
    const args = ['--port', '0', '--unixsocket', socket, '--dir', folder.path, '--save', ''];
    server = spawn(program ?? '', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    for await (const chunk of server.stdout ?? []) {
      output += chunk;
      if (/ready to accept connections/i.test(output)) break;
    }
    expect(output).toMatch(/ready to accept connections/i);
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    if (server.exitCode === null && server.kill()) await once(server, 'exit');
    folder.remove();
  });

  function connect(): Redis {
    const redis = new Redis({ path: socket, retryStrategy: null, maxRetriesPerRequest: 0 });
    redis.on('error', () => {});
    clients.push(redis);
    return redis;
  }

  const sender =
    (redis: Redis): RedisSend =>
    (command) =>
      redis.call(...command);
  const key = Ed25519Key.generate();
  const sign = () => createSealEnvelope('t.o.k', { jsonrpc: '2.0', id: 1, method: 'tools/list' }, key);

  it('accepts an envelope once, whichever verifier is asked', async () => {
    const verifiers = [connect(), connect()].map((redis) => new RedisReplayStore(sender(redis)));
    const envelope = sign();
    const outcomes = await Promise.allSettled(
      [...verifiers, ...verifiers].map((replay) =>
        verifySealEnvelope(envelope, key.getPublicKeyBytes(), 30, { replay }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(outcomes).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'replayed' }),
    });
  });

  it('keeps a signature under its prefix until the end of the window', async () => {
    const redis = connect();
    const now = () => 1_771_338_721_000;
    const store = new RedisReplayStore(sender(redis), { prefix: 'mine:', now });
    expect(await store.claim('abc', 1_771_338_752_000)).toBe(true);
    expect(await redis.get('mine:abc')).toBe('1');
    const left = await redis.pttl('mine:abc');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(31_000);
    expect(await new RedisReplayStore(sender(redis)).claim('abc', Date.now() + 1000)).toBe(true);
  });

  it('claims for a moment what has expired already', async () => {
    const store = new RedisReplayStore(sender(connect()));
    expect(await store.claim('late', Date.now() - 5000)).toBe(true);
  });

  it('refuses the envelope when the server errs or is gone', async () => {
    const redis = connect();
    const verify = () =>
      verifySealEnvelope(sign(), key.getPublicKeyBytes(), 30, {
        replay: new RedisReplayStore(sender(redis)),
      });
    await redis.config('SET', 'maxmemory', '1');
    const error = await refusal(verify());
    expect(error).toMatchObject({ code: 'replay_store_failed' });
    expect(error.message).toContain('OOM');
    server.kill();
    await once(server, 'exit');
    expect(await refusal(verify())).toMatchObject({ code: 'replay_store_failed' });
  });
});

describe('what a client answers', () => {
  const claim = (reply: unknown) => new RedisReplayStore(async () => reply).claim('s', Date.now());

  it('counts when it is OK or null, and nothing else does', async () => {
    expect(await claim('OK')).toBe(true);
    expect(await claim(null)).toBe(false);
    await expect(claim('QUEUED')).rejects.toThrow('Redis answered SET with QUEUED');
    await expect(claim(undefined)).rejects.toThrow('Redis answered SET with undefined');
  });

  it('answers one command', async () => {
    const commands: unknown[] = [];
    const send: RedisSend = async (command) => {
      commands.push(command);
      return 'OK';
    };
    await new RedisReplayStore(send, { now: () => 1000 }).claim('sig', 2500.2);
    expect(commands).toEqual([['SET', 'seal:replay:sig', '1', 'PX', '1501', 'NX']]);
  });
});
