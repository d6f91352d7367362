import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, start } from './_http.js';

afterEach(closeAll);

describe('health', () => {
  it('says that the process lives', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/healthz', url));
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('says that calls can be served', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/readyz', url));
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'ready', detail: 'The orchestrator answers.' },
    ]);
  });

  it('is asked anew each time', async () => {
    const answers = [
      { ok: false, detail: 'Starting.' },
      { ok: true, detail: 'Up.' },
    ];
    const { url } = await start({ ready: async () => answers.shift() ?? { ok: false, detail: 'over' } });
    expect((await fetch(new URL('/readyz', url))).status).toBe(503);
    expect((await fetch(new URL('/readyz', url))).status).toBe(200);
  });

  it('says why calls cannot be served', async () => {
    const { url } = await start({
      ready: async () => ({ ok: false, detail: 'The orchestrator is unreachable.' }),
    });
    const answer = await fetch(new URL('/readyz', url));
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', detail: 'The orchestrator is unreachable.' },
    ]);
  });

  it('keeps the reason of a check that throws to itself', async () => {
    const { url } = await start({
      ready: async () => {
        throw new Error('secret');
      },
    });
    const answer = await fetch(new URL('/readyz', url));
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not ready', detail: 'The check failed.' },
    ]);
  });

  it('is asked once by requests that come together', async () => {
    let asked = 0;
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const ready = async () => {
      asked += 1;
      await gate;
      return { ok: true, detail: '' };
    };
    const { url } = await start({ ready });
    const answers = [fetch(new URL('/readyz', url)), fetch(new URL('/readyz', url))];
    await expect.poll(() => asked).toBe(1);
    await fetch(new URL('/healthz', url));
    open();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(asked).toBe(1);
  });

  it('can only be read', async () => {
    const { url } = await start();
    const answer = await fetch(new URL('/healthz', url), { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(new URL('/healthz', url), { method: 'HEAD' })).status).toBe(200);
  });

  it('is told to a supervisor that probes by address', async () => {
    const { url } = await start();
    const sent = request(new URL('/healthz', url), { headers: { host: '10.1.2.3:3000' } }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});
