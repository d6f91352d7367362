import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callTool } from '../_call.js';
import { type Answer, type ScriptedServer, startScriptedServer } from '../_orchestrator.js';

const VOLUME = '6f1d2c3b-4a59-4e68-9d77-8c9bafbecd01';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('a refusal', () => {
  const framework: Answer = { status: 422, text: 'missing field `label`' };
  const REFUSED: readonly [string, Record<string, unknown>, readonly Answer[], string][] = [
    [
      'create_volume',
      { name: 'n' },
      [{ status: 422, json: { error: 'storage quota exceeded' } }, framework],
      'get_volume_quota tells what is left',
    ],
    [
      'delete_volume',
      { volume_id: VOLUME },
      [{ status: 409, json: { error: 'volume is attached' } }],
      'A run uses the volume',
    ],
  ];

  it.each(REFUSED)('of %s says what to do', async (tool, args, answers, next) => {
    const { text } = await callTool(server, tool, args, answers);
    expect(text.split('\nNext: ')[1]).toContain(next);
  });
});
