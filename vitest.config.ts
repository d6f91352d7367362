import { defineConfig } from 'vitest/config';

/** These replace modules or look at what has been loaded: each needs a module registry of its own. */
const ALONE = ['test/client/lazy.test.ts', 'test/seal/erasure.test.ts', 'test/seal/keys.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/_global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // One more than the cores of a small machine: some files wait longer than they work.
    maxWorkers: 3,
    projects: [
      // Loading the program anew for every file would take half of the time.
      {
        extends: true,
        test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
