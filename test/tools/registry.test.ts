import { describe, expect, it } from 'vitest';
import { TOOLSETS } from '../../src/tools/define.js';
import { buildListing } from '../../src/tools/listing.js';
import { collect, registry } from '../../src/tools/registry.js';
import { surface as choose, type SurfaceOptions } from '../../src/tools/surface.js';

const listing = buildListing();
const surface = (options: SurfaceOptions): string[] => choose(listing, options);
const MUTABLE = { readOnly: false };

describe('the registry', () => {
  it('refuses two tools of one name', () => {
    const [first] = Object.values(registry);
    if (first === undefined) throw new Error('empty registry');
    expect(() => collect([{ a: first }, { a: first }])).toThrow('two tools are named a');
  });

  it('does not find names of Object.prototype', () => {
    expect('constructor' in registry).toBe(false);
  });
});

describe('the surface', () => {
  it('has at most 30 tools by default', () => {
    const names = surface({ ...MUTABLE, toolsets: ['core'] });
    expect(names.length).toBeLessThanOrEqual(30);
    expect(names).toContain('deploy_agent');
    expect(names).toContain('approve_request');
  });

  it('has every tool with all', () => {
    expect(surface({ ...MUTABLE, toolsets: ['all'] })).toEqual(Object.keys(registry));
  });

  it('has one toolset and whoami when one is named', () => {
    expect(surface({ ...MUTABLE, toolsets: ['approvals'] })).toEqual([
      'whoami',
      'list_pending_approvals',
      'get_pending_approval',
      'approve_request',
      'reject_request',
    ]);
  });

  it('has only reads when read-only', () => {
    expect(surface({ toolsets: ['approvals', 'executions'], readOnly: true })).toEqual([
      'whoami',
      'stream_execution',
      'get_execution',
      'list_executions',
      'get_execution_file',
      'list_pending_approvals',
      'get_pending_approval',
    ]);
  });
});

/** Every schema below a schema, itself first. */
function* schemas(node: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(node)) for (const item of node) yield* schemas(item);
  else if (typeof node === 'object' && node !== null) {
    yield { ...node };
    for (const value of Object.values(node)) yield* schemas(value);
  }
}

describe.each(listing.map((entry) => [entry.tool.name, entry] as const))('%s as listed', (name, entry) => {
  const { tool, effect } = entry;

  it('has a name, title and description that every client takes', () => {
    expect(name).toMatch(/^[a-z0-9_]{1,40}$/);
    expect(tool.title.length).toBeGreaterThan(3);
    expect(tool.description.length).toBeLessThanOrEqual(300);
    expect(tool.description).toMatch(/^[A-Z].*\.$/s);
  });

  it('has an input schema that every client takes', () => {
    expect(tool.inputSchema.type).toBe('object');
    expect(tool.inputSchema.additionalProperties).toBe(false);
    for (const key of ['$schema', 'oneOf', 'anyOf', 'allOf'])
      expect(tool.inputSchema).not.toHaveProperty(key);
    for (const schema of schemas(tool.inputSchema)) {
      expect(schema).not.toHaveProperty('$ref');
      expect(schema).not.toHaveProperty('prefixItems');
      expect(schema).not.toHaveProperty('propertyNames');
      expect(Array.isArray(schema.type)).toBe(false);
    }
  });

  it('has arguments with plain keys and a description each', () => {
    for (const [key, schema] of Object.entries(tool.inputSchema.properties ?? {})) {
      expect(key).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
      expect(schema, key).toHaveProperty('description');
    }
  });

  it('has an output schema with an object at its root', () => {
    expect(tool.outputSchema.type).toBe('object');
    expect(JSON.stringify(tool.outputSchema)).not.toContain('$ref');
  });

  it('has annotations that follow its effect', () => {
    expect(tool.annotations.readOnlyHint).toBe(effect === 'read');
    expect(tool.annotations.destructiveHint).toBe(effect === 'destructive');
    expect(tool.annotations.title).toBe(tool.title);
  });

  it('is shown to the model as reviewed', async () => {
    const shown = `${JSON.stringify(tool, null, 2)}\n`;
    await expect(shown).toMatchFileSnapshot(`__tools__/${name}.json`);
  });
});

/** Most bytes of each part of the list as JSON: about four bytes are one token of a model. */
const BUDGET: Readonly<Record<string, number>> = {
  core: 34_000,
  all: 200_000,
};
const TOOLSET_BUDGET = 32_000;

describe.each(['core', ...TOOLSETS, 'all'] as const)('the size of %s', (choice) => {
  it('stays within its budget', () => {
    const names = new Set(surface({ ...MUTABLE, toolsets: [choice] }));
    const listed = listing.filter(({ tool }) => names.has(tool.name)).map(({ tool }) => tool);
    const size = JSON.stringify(listed).length;
    expect(size).toBeLessThan(BUDGET[choice] ?? TOOLSET_BUDGET);
  });
});
