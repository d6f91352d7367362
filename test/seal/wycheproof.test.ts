/** The Ed25519 verification vectors of C2SP/wycheproof, read from a copy outside the project. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyEd25519 } from '../../src/seal/keys.js';
import { fromHex, readJson } from './_vectors.js';

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid' | 'acceptable';
    }[];
  }[];
}

const folder = process.env.WYCHEPROOF_DIR;
if (folder === undefined) {
  process.stderr.write(
    'skipped: Wycheproof, because WYCHEPROOF_DIR does not name a folder with ed25519_test.json\n',
  );
}

it.skipIf(folder === undefined)('every Wycheproof case has the published verdict', () => {
  const { testGroups } = readJson<WycheproofFile>(join(folder ?? '', 'ed25519_test.json'));
  const verdicts = testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, comment, msg, sig, result }) => {
      const isValid = verifyEd25519(fromHex(publicKey.pk), fromHex(msg), fromHex(sig));
      return { tcId, comment, published: result, ours: isValid ? 'valid' : 'invalid' };
    }),
  );
  expect(verdicts.length).toBeGreaterThanOrEqual(151);
  expect(verdicts.filter(({ published }) => published === 'valid').length).toBeGreaterThanOrEqual(88);
  expect(verdicts.filter(({ published, ours }) => published !== ours)).toEqual([]);
});
