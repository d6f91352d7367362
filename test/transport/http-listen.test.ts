import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, PING, ping, post, start, startHttp } from './_http.js';

afterEach(closeAll);

describe('listening', () => {
  it('on a port in use is a mistake of configuration that names --port', async () => {
    const { url } = await start();
    await expect(startHttp({ port: Number(new URL(url).port) })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining('in use'),
      next: expect.stringContaining('--port'),
    });
  });

  it('on an address of another machine is a mistake of configuration that names --host', async () => {
    await expect(startHttp({ host: '192.0.2.1', allowUnauthenticatedNetwork: true })).rejects.toMatchObject({
      code: 'invalid_configuration',
      next: expect.stringContaining('--host'),
    });
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', 'mcp.example'])(
    'on %s is refused while callers are unknown',
    async (host) => {
      await expect(startHttp({ host })).rejects.toMatchObject({
        code: 'invalid_configuration',
        message: expect.stringContaining('not authenticated'),
      });
    },
  );

  it('on all addresses is possible when the operator insists, for hosts that are allowed', async () => {
    const { url } = await start({
      host: '0.0.0.0',
      allowUnauthenticatedNetwork: true,
      allowedHosts: ['mcp.example'],
    });
    const local = url.replace('0.0.0.0', '127.0.0.1');
    expect(await ping(local, { host: 'mcp.example' })).toMatchObject({ status: 200 });
    expect(await ping(local, { host: 'evil.example' })).toMatchObject({ status: 403 });
  });

  it('on localhost and on ::1 is as good as on 127.0.0.1', async () => {
    for (const host of ['localhost', '::1']) {
      const { url } = await start({ host });
      expect((await post(url, PING)).status).toBe(200);
    }
  });
});
