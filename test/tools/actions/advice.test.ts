import { expect, it } from 'vitest';
import { AegisError } from '../../../src/errors.js';
import { type Advice, advised } from '../../../src/tools/actions/advice.js';
import { refusalOf } from '../_rows.js';

const ADVICE: Advice = {
  owner_only: { next: 'Ask the owner.' },
  402: { cause: 'The change WAS made', next: 'Pay.', mayHaveRun: true },
  '401 empty': { code: 'seal_failed', cause: 'No token', next: 'Attest.' },
};

const refuse = (status: number, message: string, details: Readonly<Record<string, unknown>>) =>
  refusalOf(() =>
    advised(ADVICE, Promise.reject(new AegisError('forbidden', message, { status, details, next: 'Old.' }))),
  );

it('knows a refusal by its machine code first', async () => {
  const error = await refuse(402, 'Not allowed: owner_only.', { reason: 'owner_only', body: 'json' });
  expect(error).toMatchObject({
    message: 'Not allowed: owner_only.',
    next: 'Ask the owner.',
    mayHaveRun: false,
  });
});

it('puts its own cause before the words of the server', async () => {
  const error = await refuse(402, 'Payment first: card: declined.', { body: 'json' });
  expect(error).toMatchObject({
    code: 'forbidden',
    status: 402,
    message: 'The change WAS made: card: declined.',
    next: 'Pay.',
    mayHaveRun: true,
  });
  expect((await refuse(402, 'Payment first.', { body: 'json' })).message).toBe('The change WAS made.');
});

it('tells an empty answer from one that says something', async () => {
  const empty = await refuse(401, 'Not accepted.', { body: 'empty' });
  expect(empty).toMatchObject({ code: 'seal_failed', message: 'No token.', next: 'Attest.' });
  const other = await refuse(401, 'Not accepted: x.', { body: 'json' });
  expect(other).toMatchObject({ message: 'Not accepted: x.', next: 'Old.' });
});

it.each(['constructor', '__proto__', 'toString'])('knows no advice on %s', async (reason) => {
  expect(await refuse(400, 'Refused.', { reason, body: 'json' })).toMatchObject({ next: 'Old.' });
});

it('passes answers and other errors', async () => {
  expect(await advised(ADVICE, Promise.resolve(7))).toBe(7);
  await expect(advised(ADVICE, Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
});

it('has nothing to say where no server has answered', async () => {
  const missing = new AegisError('unsupported', 'No route: x.', { status: 402, next: 'Old.' });
  expect((await refusalOf(() => advised(ADVICE, Promise.reject(missing)))).next).toBe('Old.');
});
