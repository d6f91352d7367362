import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../src/sandbox/store.js';
import { caller, useDirectory, useSandbox } from './_sandbox.js';

test('a text with NUL is refused where it would be stored cut off, as PostgreSQL refuses it', async () => {
  const call = await caller(await useSandbox());
  const answer = await call('POST', '/v1/volumes', { json: { label: 'a\u0000b', size_limit_bytes: 1 } });
  const error = 'invalid byte sequence for encoding "UTF8": 0x00';
  expect([answer.status, answer.json]).toEqual([500, { error }]);
});

test('a closed store is whole in its file alone', () => {
  const [file, copy] = [join(useDirectory(), 'a.db'), join(useDirectory(), 'b.db')];
  const store = openStore(file);
  store.exec('create table t (a text)');
  store.run('insert into t values (?)', 'kept');
  store.close();
  copyFileSync(file, copy);
  expect(openStore(copy).all('select a from t')).toEqual([{ a: 'kept' }]);
});
