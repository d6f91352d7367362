/** Secrets Management: secrets by path. */
import { z } from 'zod';
import { AegisError } from '../errors.js';
import { secretListing } from './actions/secret-listing.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, record, without } from './results.js';
import { id, object, text } from './shapes.js';

const secretPath = () => id('Path of the secret, for example app/db-pass; slashes belong to it.');

const SLASHES =
  'The path travels as one segment with %2F; where a server has no such route, with its slashes as published.';

export const secrets = {
  list_secrets: action({
    title: 'List secrets',
    description:
      'Lists the paths of stored secrets, never their values. Many servers do not implement it: then use get_secret with a path. Operators only.',
    toolset: 'secrets',
    effect: 'read',
    untrusted: true,
    adapted: 'The live server always answers 501; the error says what works instead.',
    input: () => ({}),
    output: () => z.looseObject({ secrets: z.array(z.looseObject({ path: z.string().nullish() })) }),
    live: { operation: 'listSecrets', route: 'GET /v1/secrets' },
    run: async (call) => ({ value: await secretListing(call) }),
  }),

  get_secret: op({
    title: 'Get secret',
    description:
      'Reads a secret by path: as a rule only the names of its fields, not their values. Use it to see whether a secret is there. Operators only.',
    toolset: 'secrets',
    effect: 'read',
    classes: ['secret'],
    untrusted: true,
    adapted: `The live server gives {path, fields} where the published one gives {value}. ${SLASHES}`,
    input: () => ({ path: secretPath() }),
    output: () =>
      z.looseObject({
        path: z.string(),
        fields: z.array(z.string()).nullish(),
        value: z.unknown().optional(),
      }),
    live: { operation: 'getSecret', route: 'GET /v1/secrets/{path}' },
    documented: { operation: 'getSecret', route: 'GET /v1/secrets/{*path}' },
    result: (body, { path }) => ({ ...record(body), path }),
  }),

  write_secret: op({
    title: 'Write secret',
    description:
      'Writes a secret at a path, replacing all its fields; the old values are gone. Give value, or data for several fields. Operators only.',
    toolset: 'secrets',
    effect: 'destructive',
    classes: ['secret', 'irreversible'],
    idempotent: true,
    sensitive: true,
    secrets: ['value', 'data'],
    wrapper: 'payload',
    adapted: `Published {value} becomes {data: {value}} for the live server; data becomes one JSON text for a published one. ${SLASHES}`,
    input: () => ({
      path: secretPath(),
      value: text('The secret; stored as the field value.').optional(),
      data: object('Fields of the secret, instead of value; anything but text is stored as JSON.').optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'writeSecret',
      route: 'PUT /v1/secrets/{path}',
      body: (args) => ({ json: { data: fieldsOf(args) } }),
    },
    documented: {
      operation: 'writeSecret',
      route: 'PUT /v1/secrets/{*path}',
      body: (args) => ({ json: { value: args.value ?? JSON.stringify(fieldsOf(args)) } }),
      refusesWhole: true,
    },
    result: (body, { path }) => ({
      ...acknowledge('written', without(record(body), 'value', 'data'), {}),
      path,
    }),
  }),

  delete_secret: op({
    title: 'Delete secret',
    description:
      'Deletes a secret with all its fields for good. Whether there was one is not told. Operators only.',
    toolset: 'secrets',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    adapted: SLASHES,
    input: () => ({ path: secretPath() }),
    output: acknowledged,
    live: { operation: 'deleteSecret', route: 'DELETE /v1/secrets/{path}' },
    documented: { operation: 'deleteSecret', route: 'DELETE /v1/secrets/{*path}' },
    result: (body, { path }) => ({ ...acknowledge('deleted', body, {}), path }),
  }),
};

/** The fields to store. A single value is the field `value`. */
function fieldsOf(args: { readonly value?: string | undefined; readonly data?: object | undefined }): object {
  const { value, data } = args;
  if (value !== undefined && data === undefined) return { value };
  if (data !== undefined && value === undefined) return data;
  throw new AegisError('invalid_arguments', 'write_secret: give either value or data.', {
    next: 'Give value for one secret, or data for several fields; nothing was sent.',
  });
}
