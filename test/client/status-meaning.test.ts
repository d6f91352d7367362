import { expect, it } from 'vitest';
import { meaningOf } from '../../src/client/status-meaning.js';

it.each(['constructor', 'toString', '__proto__'])('advises on the unknown reason %s in words', (reason) => {
  expect(meaningOf(403, { kind: 'json', text: reason, reason }, false).next).toBe(
    'Use an identity that is allowed to do this.',
  );
});
