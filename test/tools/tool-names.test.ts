import { expect, it } from 'vitest';
import { registry } from '../../src/tools/registry.js';
import { TOOL_ALIASES } from '../../src/tools/tool-names.js';

it.each([...TOOL_ALIASES])('%s is no tool of its own, and %s is one', (alias, tool) => {
  expect(alias in registry).toBe(false);
  expect(tool in registry).toBe(true);
});
