import { expect, test } from 'vitest';
import { caller, useSandbox } from './_sandbox.js';

test('a text with NUL is refused where it would be stored cut off, as PostgreSQL refuses it', async () => {
  const call = await caller(await useSandbox());
  const answer = await call('POST', '/v1/volumes', { json: { label: 'a\u0000b', size_limit_bytes: 1 } });
  const error = 'invalid byte sequence for encoding "UTF8": 0x00';
  expect([answer.status, answer.json]).toEqual([500, { error }]);
});
