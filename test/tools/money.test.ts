import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money } from '../../src/tools/money.js';

describe('an amount of money', () => {
  it.each([
    [1250, 'usd', 'USD 12.50'],
    [5, 'USD', 'USD 0.05'],
    [0, 'eur', 'EUR 0.00'],
    [-1999, 'eur', 'EUR -19.99'],
    [-5, 'eur', 'EUR -0.05'],
    [500, 'jpy', 'JPY 500'],
    [-500, 'krw', 'KRW -500'],
    [0, 'jpy', 'JPY 0'],
    [5120, 'kwd', 'KWD 5.120'],
    [7, 'bhd', 'BHD 0.007'],
    // As the payment provider counts them: two decimals, although Intl or ISO 4217 says none.
    [100, 'isk', 'ISK 1.00'],
    [500, 'ugx', 'UGX 5.00'],
    [1045, 'huf', 'HUF 10.45'],
    ['18446744073709551615', 'usd', 'USD 184467440737095516.15'],
    [29, 'xyz', 'XYZ 0.29'],
  ])('%s %s reads %s', (amount, currency, text) => {
    expect(money(amount, currency)).toEqual({ minor_units: amount, currency, text });
  });

  it.each([undefined, null, ''])('without a currency (%j) says so', (currency) => {
    expect(money(1250, currency)).toEqual({
      minor_units: 1250,
      currency: null,
      text: '1250 in the smallest unit of a currency that the server does not name',
    });
  });

  it.each([12.5, '12.50', '1e3', Number.NaN, null, undefined, {}, 2 ** 60])(
    'is never a fraction or anything else: %j',
    (amount) => {
      expect(() => money(amount, 'usd')).toThrow('not an amount in whole units of the smallest coin');
    },
  );

  it('keeps every digit', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('usd', 'jpy', 'kwd'), (amount, currency) => {
        const digits = money(amount, currency).text.replace(/[^0-9-]/g, '');
        expect(Number(digits)).toBe(amount === 0 ? 0 : amount);
      }),
    );
  });
});
