/** Stored scripts. Not in the published SDK. */
import { z } from 'zod';
import { updateScript } from './actions/update-script.js';
import type { AnyArgs } from './define.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, idOf, listOf, record, textOf } from './results.js';
import { id, text } from './shapes.js';

const scriptId = () => id('UUID of the script, from list_scripts.');
const name = () => text('Name, unique in the tenant; at most 128 bytes, no slashes.').min(1).max(128);
const description = (otherwise: string) =>
  text(`What it does, at most 2048 bytes. Default ${otherwise}.`).max(2048);
const code = () => text('The code, at most 256 KiB.').max(262_144);
const tags = (otherwise: string) =>
  z
    .array(z.string().regex(/^[a-z0-9_-]{1,32}$/))
    .max(16)
    .describe(`At most 16 tags of [a-z0-9_-]. Default ${otherwise}.`);

const script = () =>
  z.looseObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullish(),
    code: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    version: z.int().nullish(),
    updated_at: z.string().nullish(),
  });

const toScript = (value: AnyArgs) => ({ ...value, id: idOf('id', value), name: textOf(value, 'name') });

export const scripts = {
  create_script: op({
    title: 'Create script',
    description:
      'Stores a script as version 1, visible to its owner only. The tier limits their number: free 5, pro 50, business 500. Needs scope script:write.',
    toolset: 'scripts',
    effect: 'write',
    untrusted: true,
    input: () => ({
      name: name(),
      code: code(),
      description: description('empty').optional(),
      tags: tags('none').optional(),
    }),
    output: script,
    live: { operation: 'createScript', route: 'POST /v1/scripts', body: (args) => ({ json: args }) },
    seal: { tool: () => 'aegis.script.save', arguments: (args) => ({ ...args }), body: (value) => value },
    result: (body) => toScript(record(body)),
  }),

  list_scripts: op({
    title: 'List scripts',
    description:
      "Lists the caller's stored scripts with their code, optionally of one tag or with a text in name or description. Needs scope script:read.",
    toolset: 'scripts',
    effect: 'read',
    untrusted: true,
    adapted: `The bare list of the live server is given as scripts.`,
    input: () => ({
      tag: text('Only scripts with exactly this tag.').optional(),
      q: text('Only scripts with this text in name or description; case does not count.').optional(),
    }),
    output: () => z.looseObject({ scripts: z.array(script()) }),
    live: { operation: 'listScripts', route: 'GET /v1/scripts', query: ['tag', 'q'] },
    result: (body) => ({ ...around('scripts', body), scripts: listOf('scripts', body, toScript) }),
  }),

  get_script: op({
    title: 'Get script',
    description:
      'Gets a stored script with its code and the list of its versions (who changed it, when). Needs scope script:read.',
    toolset: 'scripts',
    effect: 'read',
    untrusted: true,
    input: () => ({ script_id: scriptId() }),
    output: () =>
      script().extend({
        versions: z
          .array(z.looseObject({ version: z.int().nullish(), updated_at: z.string().nullish() }))
          .nullish(),
      }),
    live: scriptDetail(),
    result: (body) => toScript(record(body)),
  }),

  update_script: action({
    title: 'Update script',
    description:
      'Changes a stored script and raises its version; what is not given stays. The code of earlier versions cannot be had back. Needs scope script:write.',
    toolset: 'scripts',
    effect: 'destructive',
    untrusted: true,
    adapted: `The live server replaces the whole script: fields that are not given are read from the stored one first.`,
    input: () => ({
      script_id: scriptId(),
      name: name().optional(),
      code: code().optional(),
      description: description('as stored').optional(),
      tags: tags('as stored').optional(),
    }),
    output: script,
    live: {
      operation: 'updateScript',
      route: 'PUT /v1/scripts/{script_id}',
      body: ({ script_id: _id, ...fields }) => ({ json: fields }),
    },
    reads: [scriptDetail()],
    seal: {
      tool: () => 'aegis.script.update',
      arguments: ({ script_id, ...fields }) => ({ id: script_id, ...fields }),
      body: (value) => value,
    },
    run: async (call) => ({ value: toScript(record(await updateScript(call, scriptDetail()))) }),
  }),

  delete_script: op({
    title: 'Delete script',
    description:
      'Deletes a stored script with all its versions; there is no way to get it back. Needs scope script:write.',
    toolset: 'scripts',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    adapted: `The live server answers 204; the status deleted is added.`,
    input: () => ({ script_id: scriptId() }),
    output: acknowledged,
    live: { operation: 'deleteScript', route: 'DELETE /v1/scripts/{script_id}' },
    seal: {
      tool: () => 'aegis.script.delete',
      arguments: ({ script_id }) => ({ id: script_id }),
      body: (value) => value,
    },
    result: (body, { script_id }) => acknowledge('deleted', body, { script_id }),
  }),
};

function scriptDetail() {
  return { operation: 'getScript', route: 'GET /v1/scripts/{script_id}' } as const;
}
