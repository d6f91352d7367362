import { describe, expect, it } from 'vitest';
import { buildListing } from '../../src/tools/listing.js';
import { registry } from '../../src/tools/registry.js';

const listing = buildListing();

function entry(name: string) {
  const found = listing.find(({ tool }) => tool.name === name);
  if (found === undefined) throw new Error(`${name} is not listed`);
  return found;
}

describe('the listing', () => {
  it('has every row in order', () => {
    expect(listing.map(({ tool }) => tool.name)).toEqual(Object.keys(registry));
  });

  it('is the same every time, so that it can be made when the program is built', () => {
    expect(JSON.stringify(buildListing())).toBe(JSON.stringify(listing));
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(listing))).toEqual(listing);
  });

  it('tells what deleting an agent means', () => {
    expect(entry('delete_agent')).toMatchObject({
      toolset: 'agents',
      effect: 'destructive',
      core: true,
      untrusted: false,
      tool: {
        title: 'Delete agent',
        annotations: {
          title: 'Delete agent',
          readOnlyHint: false,
          destructiveHint: true,
          idempotentHint: true,
          openWorldHint: true,
        },
      },
    });
  });

  it('says that reads are idempotent and starts are not', () => {
    expect(entry('get_agent').tool.annotations.idempotentHint).toBe(true);
    expect(entry('start_execution').tool.annotations).toMatchObject({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
    });
  });

  it('refuses unknown arguments and names the required ones', () => {
    expect(entry('reject_request').tool.inputSchema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['id', 'reason'],
    });
  });
});
