/** What becomes of the keys of a pool: every one is zeroed sooner or later, and never many are held. */
import { describe, expect, it } from 'vitest';
import type { LiveSession } from '../../src/seal/attestation.js';
import { SealError } from '../../src/seal/errors.js';
import { Ed25519Key } from '../../src/seal/keys.js';
import { SessionPool } from '../../src/seal/session-pool.js';
import { refusal } from './_session.js';

const POOL = { spare: 1, kept: 8 };
const HOUR_MS = 3_600_000;

/** A pool with a clock of its own, and all keys that were ever attested for it. */
function makePool(attest: (count: number) => Promise<unknown> = async () => undefined) {
  const keys: Ed25519Key[] = [];
  const clock = { now: 0 };
  let count = 0;
  const pool = new SessionPool(
    async (): Promise<LiveSession> => {
      count += 1;
      await attest(count);
      const key = Ed25519Key.generate();
      keys.push(key);
      const attestation = { security_token: `token-${count}`, expires_at: '2999-01-01T00:00:00Z' };
      return { attestation, key, publicKey: key.getPublicKeyBase64(), renewAt: clock.now + HOUR_MS };
    },
    () => clock.now,
    POOL,
  );
  const use = (signal?: AbortSignal) =>
    pool.use((session) => session.key.signBase64(new Uint8Array()), signal);
  return { pool, clock, keys, use, held: () => keys.filter(isHeld).length };
}

function isHeld(key: Ed25519Key): boolean {
  try {
    return key.getPublicKeyBytes().length > 0;
  } catch {
    return false;
  }
}

/** Lets all that is ready happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('keys of a pool', () => {
  it('are at most those that rest and the spare, however many calls are made', async () => {
    const { use, held } = makePool();
    for (let call = 0; call < 30; call++) {
      await use();
      await settle();
    }
    expect(held()).toBe(POOL.kept + POOL.spare);
  });

  it('are zeroed when their session is over, and when all are cleared', async () => {
    const { pool, clock, use, keys, held } = makePool();
    await use();
    await settle();
    const [used, spare] = keys;
    clock.now = HOUR_MS;
    await use();
    expect([used, spare].map((key) => key !== undefined && isHeld(key))).toEqual([false, false]);
    await settle();
    expect(held()).toBe(2);
    pool.clear();
    expect(held()).toBe(0);
  });

  it('are all zeroed by a disposal, those of attestations in flight included', async () => {
    let land = () => {};
    const landing = new Promise<void>((resolve) => {
      land = resolve;
    });
    const { pool, use, keys, held } = makePool(async (count) => (count > 2 ? await landing : undefined));
    await use();
    await settle();
    await use();
    const waiting = refusal(use());
    pool.dispose();
    land();
    expect(await waiting).toMatchObject({ code: 'not_attested' });
    await settle();
    expect(keys.length).toBeGreaterThan(2);
    expect(held()).toBe(0);
  });

  it('are zeroed when a disposal meets the caller who was just given one', async () => {
    let land = () => {};
    const landing = new Promise<void>((resolve) => {
      land = resolve;
    });
    const { pool, use, held } = makePool(() => landing);
    const waiting = refusal(use());
    // Attested behind the pool's back: runs after the key has arrived and before the caller goes on.
    void landing.then(async () => {
      while (held() === 0) await null;
      await null;
      pool.dispose();
    });
    land();
    expect(await waiting).toMatchObject({ code: 'not_attested' });
    await settle();
    expect(held()).toBe(0);
  });
});

describe('callers of a pool', () => {
  it('are served by the attestations that succeed, when others fail meanwhile', async () => {
    const { use } = makePool(async (count) => {
      if (count === 1) throw new SealError('upstream_unavailable', 'busy');
      await settle();
    });
    const signatures = await Promise.all([use(), use()]);
    expect(new Set(signatures).size).toBe(2);
  });

  it('that give up just as their session arrives leave it to the next', async () => {
    const { use, keys } = makePool();
    const controller = new AbortController();
    const given = refusal(use(controller.signal));
    while (keys.length === 0) await null;
    controller.abort();
    expect(await given).toMatchObject({ code: 'cancelled' });
    await settle();
    const attested = keys.length;
    await use();
    expect(keys.filter(isHeld).length).toBe(keys.length);
    expect(keys.length - attested).toBeLessThanOrEqual(1);
  });

  it.each(Array.from({ length: 4 }, (_, turns) => turns))(
    'that give up %i turns after their key was made leave no key that nobody holds',
    async (turns) => {
      const { pool, use, keys, held } = makePool();
      const controller = new AbortController();
      const given = use(controller.signal).catch(() => undefined);
      while (keys.length === 0) await null;
      for (let turn = 0; turn < turns; turn++) await null;
      controller.abort();
      await given;
      await settle();
      pool.clear();
      expect(held()).toBe(0);
    },
  );
});
