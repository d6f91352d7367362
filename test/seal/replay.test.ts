import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { McpPayload } from '../../src/seal/envelope.js';
import {
  type AsyncReplayStore,
  MemoryReplayStore,
  type ReplayStore,
  type SyncReplayStore,
} from '../../src/seal/replay.js';
import { SqliteReplayStore } from '../../src/seal/replay-sqlite.js';
import { verifySealEnvelope } from '../../src/seal/verify.js';
import { makeFolder } from './_process.js';
import { at, envelope, publicKey, SECOND } from './_sample.js';
import { refusal } from './_session.js';
import { errorOf } from './_vectors.js';

const folder = makeFolder();
afterAll(folder.remove);

type LocalStore = SyncReplayStore & { readonly size: number };
let stores = 0;
const LOCAL: readonly (readonly [string, (now: () => number) => Promise<LocalStore>])[] = [
  ['memory', async (now) => new MemoryReplayStore(now)],
  ['SQLite', (now) => SqliteReplayStore.open(join(folder.path, `store-${stores++}.db`), now)],
];

describe.each(LOCAL)('a store in %s', (_name, open) => {
  it('accepts an envelope once within its window', async () => {
    const replay = await open(() => SECOND * 1000);
    const verify = () =>
      errorOf(() => verifySealEnvelope(envelope, publicKey, 30, { ...at(SECOND), replay }));
    expect(verify()).toBe('no error');
    expect(verify()).toMatchObject({ code: 'replayed', wireCode: 1003 });
  });

  it('remembers it until the last moment it could pass the window', async () => {
    let now = SECOND * 1000;
    const options = { now: () => now, replay: await open(() => now) };
    const verify = () => errorOf(() => verifySealEnvelope(envelope, publicKey, 30, options));
    expect(verify()).toBe('no error');
    now = (SECOND + 30) * 1000 + 999;
    expect(verify()).toMatchObject({ code: 'replayed' });
    now += 1;
    expect(verify()).toMatchObject({ code: 'stale' });
  });

  it('does not let a forged envelope use up a signature', async () => {
    const replay = await open(() => SECOND * 1000);
    const verify = (given: unknown) =>
      errorOf(() => verifySealEnvelope(given, publicKey, 30, { ...at(SECOND), replay }));
    expect(verify({ ...envelope, security_token: 'other' })).toMatchObject({ code: 'signature_invalid' });
    expect(verify(envelope)).toBe('no error');
  });

  it('takes any window, whole or not, bounded or not', async () => {
    for (const maxAge of [0.25, 1e-9, Number.POSITIVE_INFINITY]) {
      const replay = await open(() => SECOND * 1000);
      const verify = () =>
        errorOf(() => verifySealEnvelope(envelope, publicKey, maxAge, { ...at(SECOND), replay }));
      expect(verify()).toBe('no error');
      expect(verify()).toMatchObject({ code: 'replayed' });
    }
  });

  it('drops what has expired, and grows no further', async () => {
    let now = 0;
    const store = await open(() => now);
    for (; now < 60_000; now += 1000) store.claim(`signature-${now}`, now + 20_000);
    expect(store.size).toBeLessThanOrEqual(21);
    expect(store.claim('signature-59000', now)).toBe(false);
    expect(store.claim('signature-0', now)).toBe(true);
  });
});

describe('a store in SQLite', () => {
  it('is shared by all that open the file, and outlives them', async () => {
    const path = join(folder.path, 'shared.db');
    const [one, other] = [await SqliteReplayStore.open(path), await SqliteReplayStore.open(path)];
    const expiresAt = Date.now() + 60_000;
    expect(one.claim('a', expiresAt)).toBe(true);
    expect(other.claim('a', expiresAt)).toBe(false);
    one.close();
    other.close();
    const later = await SqliteReplayStore.open(path);
    expect(later.claim('a', expiresAt)).toBe(false);
    expect(later.claim('b', expiresAt)).toBe(true);
    later.close();
  });

  it('is readable by its owner only', async () => {
    const path = join(folder.path, 'private.db');
    (await SqliteReplayStore.open(path)).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not open where there is no folder, nor a file that is no database', async () => {
    await expect(SqliteReplayStore.open(join(folder.path, 'none', 'x.db'))).rejects.toThrow('ENOENT');
    const garbage = join(folder.path, 'garbage.db');
    writeFileSync(garbage, 'not a database, and long enough to have a header of one hundred bytes'.repeat(3));
    chmodSync(garbage, 0o600);
    await expect(SqliteReplayStore.open(garbage)).rejects.toThrow('file is not a database');
  });

  it('refuses the envelope once it is closed', async () => {
    const replay = await SqliteReplayStore.open(join(folder.path, 'closed.db'));
    replay.close();
    expect(
      errorOf(() => verifySealEnvelope(envelope, publicKey, 30, { ...at(SECOND), replay })),
    ).toMatchObject({ code: 'replay_store_failed', wireCode: undefined });
  });
});

describe('an asynchronous store', () => {
  const answering = (answer: () => Promise<boolean>) => ({ ...at(SECOND), replay: { claim: answer } });

  it('makes the answer a promise of the payload', async () => {
    const result = verifySealEnvelope(
      envelope,
      publicKey,
      30,
      answering(async () => true),
    );
    expect(result).toBeInstanceOf(Promise);
    expect(await result).toBe(envelope.payload);
  });

  it('refuses a known envelope by rejection', async () => {
    const result = verifySealEnvelope(
      envelope,
      publicKey,
      30,
      answering(async () => false),
    );
    expect(await refusal(result)).toMatchObject({ code: 'replayed', wireCode: 1003 });
  });

  it('is told the signature and the end of the window, once', async () => {
    const claims: unknown[] = [];
    const replay: AsyncReplayStore = {
      claim: async (...claim) => claims.push(claim) > 0,
    };
    await verifySealEnvelope(envelope, publicKey, 30, { ...at(SECOND), replay });
    expect(claims).toEqual([[envelope.signature, (SECOND + 31) * 1000]]);
  });

  it('is not asked about an envelope that is refused anyway, which throws at once', () => {
    let asked = 0;
    const options = answering(async () => ++asked > 0);
    expect(
      errorOf(() => verifySealEnvelope({ ...envelope, signature: 'AAAA' }, publicKey, 30, options)),
    ).toMatchObject({ code: 'signature_invalid' });
    expect(asked).toBe(0);
  });
});

describe('a store that fails', () => {
  const broken = new Error('connection lost');
  afterEach(() => expect(broken.message).toBe('connection lost'));

  it.each(['1', '"OK"', 'null', '0', '""'])('that answers %s has not accepted', (said) => {
    const replay = { claim: (): boolean => JSON.parse(said) };
    expect(
      errorOf(() => verifySealEnvelope(envelope, publicKey, 30, { ...at(SECOND), replay })),
    ).toMatchObject({
      code: 'replayed',
    });
  });

  it('refuses the envelope when it throws', () => {
    const replay: SyncReplayStore = {
      claim: () => {
        throw broken;
      },
    };
    const verify = () => verifySealEnvelope(envelope, publicKey, 30, { ...at(SECOND), replay });
    expect(verify).toThrow('The replay store gave no answer: connection lost');
    expect(errorOf(verify)).toMatchObject({ code: 'replay_store_failed' });
  });

  it('refuses the envelope when it rejects', async () => {
    const replay: AsyncReplayStore = { claim: () => Promise.reject(broken) };
    const error = await refusal(verifySealEnvelope(envelope, publicKey, 30, { ...at(SECOND), replay }));
    expect(error).toMatchObject({ code: 'replay_store_failed', cause: broken });
    expect(error.next).toBe('Repair the replay store of the verifier, then sign anew.');
  });

  // Plain JavaScript stores are not held back by the type of claim().
  it.each([[undefined], [1], ['OK'], [null]])('refuses the envelope when it answers %j', async (answer) => {
    const verify = async (replay: object) =>
      await Reflect.apply(verifySealEnvelope, undefined, [
        envelope,
        publicKey,
        30,
        { ...at(SECOND), replay },
      ]);
    await expect(verify({ claim: () => answer })).rejects.toThrow();
    await expect(verify({ claim: async () => answer })).rejects.toThrow();
  });
});

describe('types', () => {
  it('promise a payload, a promise of it, or say that it may be either', () => {
    expectTypeOf(() => verifySealEnvelope({}, publicKey)).returns.toEqualTypeOf<McpPayload>();
    expectTypeOf(() =>
      verifySealEnvelope({}, publicKey, 30, { replay: new MemoryReplayStore() }),
    ).returns.toEqualTypeOf<McpPayload>();
    expectTypeOf((replay: AsyncReplayStore) =>
      verifySealEnvelope({}, publicKey, 30, { replay }),
    ).returns.toEqualTypeOf<Promise<McpPayload>>();
    expectTypeOf((replay: ReplayStore) =>
      verifySealEnvelope({}, publicKey, 30, { replay }),
    ).returns.toEqualTypeOf<McpPayload | Promise<McpPayload>>();
  });
});
