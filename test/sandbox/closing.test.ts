import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { caller } from './_sandbox.js';

test('a sandbox can be closed while clones are under way', async () => {
  for (let round = 0; round < 5; round += 1) {
    const sandbox = await startSandbox({ pace: 0 });
    const call = await caller(sandbox);
    const clones = Array.from({ length: 8 }, (_, index) => {
      const json = { label: `c${index}`, repo_url: `https://example.com/r${index}.git` };
      return call('POST', '/v1/storage/git', { json });
    });
    expect((await Promise.all(clones)).map(({ status }) => status)).toEqual(Array(8).fill(201));
    await expect(sandbox.close()).resolves.toBeUndefined();
  }
});
