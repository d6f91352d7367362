/** Every toolset has a file that proves its tools end to end. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { TOOLSETS } from '../../src/tools/define.js';
import { FIRST_TOOLSETS } from './_operations.js';

const textsOf = (folder: string): string[] =>
  readdirSync(join(import.meta.dirname, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(import.meta.dirname, folder, name), 'utf8'));

/** Each has a file in tools/ that asks which of its tools are unproven. */
const OTHERS = TOOLSETS.filter((toolset) => !FIRST_TOOLSETS.includes(toolset));

it.each(OTHERS)('the tools of %s are called against both kinds of server', (toolset) => {
  const asking = textsOf('tools').filter((text) => text.includes(`unproven(['${toolset}']`));
  expect(asking).toHaveLength(1);
  expect(asking[0]).toMatch(/'documented'/);
});
