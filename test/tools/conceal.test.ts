/** Secrets given as arguments stay out of everything that is told about a call. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AegisError } from '../../src/errors.js';
import { concealError, concealRequest, concealResult, secretsOf } from '../../src/tools/conceal.js';
import { callTool } from './_call.js';
import { type ScriptedServer, startScriptedServer } from './_orchestrator.js';
import { row } from './_rows.js';

const PEM = '-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----';

const hide = (text: string, secret: string): string => {
  const error = concealError(new AegisError('refused', text, { next: `Not ${secret}.` }), [secret]);
  return error instanceof AegisError ? `${error.message} ${error.next}` : 'no error';
};

describe('an error', () => {
  it.each([
    ['refused: sk-live-1234.', 'sk-live-1234', 'refused: [secret]. Not [secret].'],
    ['refused: c%20d%26efg', 'c d&efg', 'refused: [secret] Not [secret].'],
    ['line: MIIEvQIBADANBg', PEM, 'line: [secret] Not [secret].'],
    ['a "quoted\\"key-1234567" b', 'quoted"key-1234567', 'a "[secret]\\"[secret]" b Not [secret].'],
  ])('%j does not repeat %j', (text, secret, told) => {
    expect(hide(text, secret)).toBe(told);
  });

  it.each([
    ['bad value kkkkkkkkkk [8 more characters].', 'bad value [secret] [8 more characters].'],
    ['"x kkkkkkkk [1 more characters]" where JSON', '"x [secret] [1 more characters]" where JSON'],
    ['a talk [9 more characters]', 'a talk [9 more characters]'],
  ])('%j, cut off within the secret, does not tell its beginning', (text, told) => {
    expect(hide(text, 'k'.repeat(18))).toBe(`${told} Not [secret].`);
  });

  it('does not tell it as the code of the server either', () => {
    const details = { body: 'json', reason: 'hunter22', more: ['x hunter22'] };
    const concealed = concealError(new AegisError('refused', 'Refused: hunter22.', { details }), [
      'hunter22',
    ]);
    expect(Object(concealed).details).toEqual({ body: 'json', reason: '[secret]', more: ['x [secret]'] });
  });

  it('keeps code, status, details and what may have run, and drops the cause', () => {
    const error = new AegisError('server_error', 'hunter22', {
      status: 500,
      mayHaveRun: true,
      details: { body: 'json' },
      cause: new Error('hunter22'),
    });
    const concealed = concealError(error, ['hunter22']);
    expect(concealed).toMatchObject({
      code: 'server_error',
      message: '[secret]',
      status: 500,
      mayHaveRun: true,
      details: { body: 'json' },
    });
    expect(Object(concealed).cause).toBeUndefined();
  });

  it('without a secret in it is the same error', () => {
    const error = new AegisError('refused', 'No.');
    expect(concealError(error, ['hunter22'])).toBe(error);
    expect(concealError('text', ['hunter22'])).toBe('text');
  });
});

describe('secrets of a call', () => {
  it('are all texts in the arguments that the row names, but for short words', () => {
    const data = { user: 'admin-user', pin: '1234', nested: [{ key: 'k-123456' }], port: 5432 };
    expect(secretsOf(row('write_secret'), { path: 'app/database', data })).toEqual([
      'admin-user',
      'k-123456',
    ]);
    expect(secretsOf(row('get_credential'), { credential_id: 'c-123456' })).toEqual([]);
  });

  it('are masked in results', () => {
    const args = { credential_id: 'c-1', value: 'sk-live-1234' };
    const result = { a: ['x sk-live-1234 y'], n: 1, b: null };
    expect(concealResult(row('rotate_credential'), result, args)).toEqual({
      a: ['x [secret] y'],
      n: 1,
      b: null,
    });
  });

  it('leave alone what was given openly too', () => {
    const args = { path: 'app/postgres', data: { user: 'postgres' } };
    const result = { path: 'app/postgres', echo: 'user postgres' };
    expect(concealResult(row('write_secret'), result, args)).toEqual({
      path: 'app/postgres',
      echo: 'user [secret]',
    });
  });

  it('are masked in the request that a receipt names', () => {
    const args = { state: 'st/1', code: 'c0de' };
    const request = {
      method: 'GET',
      path: '/v1/credentials/st%2F1/x',
      query: [
        ['state', 'st/1'],
        ['code', 'c0de'],
        ['page', '2'],
      ],
    } as const;
    expect(concealRequest(row('oauth_callback'), request, args)).toEqual({
      method: 'GET',
      path: '/v1/credentials/[secret]/x',
      query: [
        ['state', '[secret]'],
        ['code', '[secret]'],
        ['page', '2'],
      ],
    });
  });
});

const ID = 'c3a1d5a2-0d0e-4b8e-9c43-6b1f5b1a0c01';
const SECRET = 'ghp_0123456789abcdef';

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

describe('a secret that the server repeats', () => {
  it('is not told by its beginning where a long answer is cut', async () => {
    const api_key = 'Zk9'.repeat(1_000);
    const args = { name: 'x', provider: 'github', api_key };
    const refused = { status: 500, json: { error: `bad value ${api_key}` } };
    const outcome = await callTool(server, 'store_api_key_credential', args, [refused]);
    expect(outcome).toMatchObject({ isError: true });
    expect(JSON.stringify(outcome)).not.toContain('Zk9Zk9');
  });

  it.each([
    ['store_api_key_credential', { name: 'x', provider: 'github', api_key: SECRET }],
    ['rotate_credential', { credential_id: ID, value: SECRET }],
    ['write_secret', { path: 'a/b', data: { password: SECRET } }],
    ['device_poll', { device_code: SECRET, provider: 'github' }],
    ['oauth_callback', { state: 'st', code: SECRET }],
  ])('is not told by %s', async (tool, args) => {
    const refused = { status: 400, json: { error: `invalid value: "${SECRET}", expected less` } };
    const { isError, text } = await callTool(server, tool, args, [refused]);
    expect(isError).toBe(true);
    expect(text).toContain('invalid value: "[secret]", expected less');
    expect(text).not.toContain(SECRET);
    const done = { json: { id: ID, status: 'ok', path: 'a/b', echo: `got ${SECRET}` } };
    const good = await callTool(server, tool, args, [done]);
    expect(good.text).not.toContain(SECRET);
    expect(good.structured, good.text).toMatchObject({ echo: 'got [secret]' });
  });
});
