import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const RUN = '8c1d5a5e-7a52-4e0e-8c3b-2f4f6f0f9a22';
const download = (path: string, body: string | Uint8Array, type = 'application/octet-stream') =>
  callTool(server, 'get_execution_file', { execution_id: RUN, path }, [{ text: body, type }]);
const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex');

describe('a text file', () => {
  it('is text with size and digest, whatever type the server claims', async () => {
    const { structured, blob } = await download('out/größe.txt', 'Größe: 7\n', 'image/png; q=1');
    expect(server.asked[0]?.path).toBe(`/v1/executions/${RUN}/files/out/gr%C3%B6%C3%9Fe.txt`);
    expect(structured).toEqual({
      execution_id: RUN,
      path: 'out/größe.txt',
      mime_type: 'image/png',
      size: 11,
      sha256: sha256('Größe: 7\n'),
      text: 'Größe: 7\n',
    });
    expect(blob).toBeUndefined();
  });

  it('may be empty', async () => {
    expect((await download('empty', '')).structured).toMatchObject({ size: 0, text: '' });
  });

  it('that looks like a failure is a file all the same', async () => {
    const { isError, structured } = await download('e.json', '{"error":"x"}', 'application/json');
    expect([isError, structured?.text]).toEqual([false, '{"error":"x"}']);
  });

  it('beyond 256 KiB is cut between two characters, and says so', async () => {
    const body = `${'x'.repeat(262_143)}é and more`;
    const { structured } = await download('long.txt', body);
    expect(structured).toMatchObject({ truncated: true, size: 262_154, sha256: sha256(body) });
    expect(structured?.text).toBe('x'.repeat(262_143));
  });
});

describe('a binary file', () => {
  it.each([
    ['with a NUL', new Uint8Array([0x61, 0, 0x62])],
    ['that is no UTF-8', new Uint8Array([0xff, 0xfe, 0x61])],
  ])('%s comes as bytes beside the result', async (_title, bytes) => {
    const { structured, blob } = await download('a b/c#1.bin', bytes, 'application/zip');
    expect(structured).not.toHaveProperty('text');
    expect(structured).toMatchObject({ mime_type: 'application/zip', size: 3, sha256: sha256(bytes) });
    expect(blob).toEqual({
      uri: `aegis://executions/${RUN}/files/a%20b/c%231.bin`,
      mimeType: 'application/zip',
      base64: Buffer.from(bytes).toString('base64'),
    });
  });

  it('beyond 4 MiB is refused with its size', async () => {
    const { isError, text } = await download('big.bin', new Uint8Array(4 * 1024 * 1024 + 1));
    expect(isError).toBe(true);
    expect(text).toMatch(/^Error too_large: big\.bin has 4194305 bytes; .*\nNext: /);
  });
});
