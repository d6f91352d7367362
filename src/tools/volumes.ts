/** Volume Management: volumes and the files in them. */
import { z } from 'zod';
import { type Advice, answered } from './actions/advice.js';
import { fetchFile, fileArguments, fileFacts } from './actions/remote-file.js';
import { filenameHeader, multipartBody, rawBody, runUpload, uploaded } from './actions/upload.js';
import {
  isRoot,
  sizeOf,
  toFiles,
  toVolume,
  toVolumeQuota,
  volume,
  volumeQuota,
} from './actions/volume-views.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, listOf, record, textOf } from './results.js';
import { id, text } from './shapes.js';

const volumeId = () => id('UUID of the volume; list_volumes names them.');
/** Longest path in a volume that the server takes, bytes. */
const MAX_PATH = 4096;
const path = (what: string) => text(what).max(MAX_PATH);
const filePath = () => path('Path of the file in the volume, for example data/input.csv.').min(1);

/** Half of what the Free tier may allocate, so that its two volumes fit. */
const DEFAULT_SIZE = 250 * 1024 * 1024;

const NO_ROOM: Advice = {
  '422 json': {
    next: 'get_volume_quota tells what is left: give a smaller size_limit_bytes, or delete_volume one that nobody needs.',
  },
};

const ATTACHED: Advice = {
  409: {
    next: 'A run uses the volume: wait until it ends, or end it with cancel_execution, then try again.',
  },
};

export const volumes = {
  create_volume: action({
    title: 'Create volume',
    description:
      'Creates a persistent storage volume that agents can mount. Its size counts against the storage quota at once, used or not: get_volume_quota tells what is left.',
    toolset: 'volumes',
    adapted:
      'The name is sent as label, with the size limit that the real server demands; the answer says name in both forms.',
    effect: 'write',
    wrapper: 'payload',
    aliases: { label: 'name' },
    input: () => ({
      name: id('Name of the volume, unique among those of the caller.'),
      size_limit_bytes: z
        .int()
        .min(1)
        .describe(
          'Most bytes it may hold, rounded up to whole MiB. Default 262144000 (250 MiB, half of what the Free tier may allocate).',
        )
        .optional(),
    }),
    output: volume,
    live: {
      operation: 'createVolume',
      route: 'POST /v1/volumes',
      body: ({ name, size_limit_bytes = DEFAULT_SIZE }) => ({ json: { label: name, size_limit_bytes } }),
    },
    documented: {
      operation: 'createVolume',
      route: 'POST /v1/volumes',
      body: ({ name, size_limit_bytes }) => ({ json: { name, size_limit_bytes } }),
    },
    run: answered(NO_ROOM, (body) => toVolume(record(body))),
  }),

  list_volumes: op({
    title: 'List volumes',
    description: 'Lists the storage volumes of the caller, with id, name, status, size limit and bytes used.',
    toolset: 'volumes',
    adapted: 'The bare array becomes {volumes}.',
    effect: 'read',
    untrusted: true,
    input: () => ({}),
    output: () => z.looseObject({ volumes: z.array(volume()) }),
    live: { operation: 'listVolumes', route: 'GET /v1/volumes' },
    result: (body) => ({ ...around('volumes', body), volumes: listOf('volumes', body, toVolume) }),
  }),

  get_volume: op({
    title: 'Get volume',
    description:
      'Gets one volume by id: name, status, size limit and when it was created. How much of it is used, list_volumes tells.',
    toolset: 'volumes',
    effect: 'read',
    untrusted: true,
    input: () => ({ volume_id: volumeId() }),
    output: volume,
    live: { operation: 'getVolume', route: 'GET /v1/volumes/{volume_id}' },
    result: (body) => toVolume(record(body)),
  }),

  rename_volume: op({
    title: 'Rename volume',
    description: 'Renames a volume. Its id and its files stay as they are.',
    toolset: 'volumes',
    adapted: 'The name is sent as label; the answer {success:true} becomes {volume_id, name, status}.',
    effect: 'write',
    idempotent: true,
    wrapper: 'payload',
    aliases: { label: 'name' },
    input: () => ({
      volume_id: volumeId(),
      name: id('The new name, unique among the volumes of the caller.'),
    }),
    output: acknowledged,
    live: {
      operation: 'renameVolume',
      route: 'PATCH /v1/volumes/{volume_id}',
      body: ({ name }) => ({ json: { label: name } }),
    },
    documented: {
      operation: 'renameVolume',
      route: 'PATCH /v1/volumes/{volume_id}',
      body: ({ name }) => ({ json: { name } }),
    },
    result: (body, { volume_id, name }) => acknowledge('renamed', body, { volume_id, name }),
  }),

  delete_volume: action({
    title: 'Delete volume',
    description:
      'Deletes a volume and every file in it. Cannot be undone; a volume that is attached to a run is refused.',
    toolset: 'volumes',
    adapted: 'The answer {success:true} becomes {volume_id, status}.',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({ volume_id: volumeId() }),
    output: acknowledged,
    live: { operation: 'deleteVolume', route: 'DELETE /v1/volumes/{volume_id}' },
    seal: {
      tool: () => 'aegis.volume.delete',
      arguments: ({ volume_id }) => ({ volume_id }),
      body: (value) => value,
    },
    run: answered(ATTACHED, (body, { volume_id }) => acknowledge('deleted', body, { volume_id })),
  }),

  get_volume_quota: op({
    title: 'Get volume quota',
    description:
      'Gets the storage quota of the caller: volumes and bytes used and allowed, and the largest file. Sizes beyond 2^53 are texts of digits; unlimited says when storage has no limit.',
    toolset: 'volumes',
    adapted:
      "The real server's total_bytes_used, total_storage_bytes and max_volumes are given as used_bytes, quota_bytes and volume_limit too, with unlimited and a summary in words.",
    effect: 'read',
    input: () => ({}),
    output: volumeQuota,
    live: { operation: 'getVolumeQuota', route: 'GET /v1/volumes/quota' },
    result: toVolumeQuota,
  }),

  list_files: op({
    title: 'List files',
    description:
      'Lists one directory of a volume, not those below it. Current servers tell no sizes and times here (0 and null): use stat_file. A missing directory is reported as HTTP 500.',
    toolset: 'volumes',
    adapted:
      'The path is always sent, because the real server demands it; the bare array becomes {files}, and a type of dir or file becomes is_dir.',
    effect: 'read',
    untrusted: true,
    input: () => ({
      volume_id: volumeId(),
      path: path('Directory in the volume. Default /, its root.').default('/'),
    }),
    output: () =>
      z.looseObject({
        files: z.array(z.looseObject({ name: z.string(), is_dir: z.boolean().nullish() })),
      }),
    live: { operation: 'listFiles', route: 'GET /v1/volumes/{volume_id}/files', query: ['path'] },
    result: toFiles,
  }),

  stat_file: op({
    title: 'Stat file',
    description:
      'Gets name, MIME type, size and SHA-256 of a file in a volume without its content. The server reads the whole file for it.',
    toolset: 'volumes',
    alternative: 'Use download_file, which tells type, size and SHA-256 as well.',
    effect: 'read',
    untrusted: true,
    input: () => ({ volume_id: volumeId(), path: filePath() }),
    output: () =>
      z.looseObject({
        name: z.string(),
        mime_type: z.string(),
        size: z.union([z.number(), z.string()]).describe('Bytes; beyond 2^53 a text of digits.'),
        sha256: z.string().nullish(),
      }),
    live: { operation: 'statFile', route: 'GET /v1/volumes/{volume_id}/files/stat', query: ['path'] },
    result: (body) => {
      const value = record(body);
      return {
        ...value,
        name: textOf(value, 'name'),
        mime_type: textOf(value, 'mime_type'),
        size: sizeOf(value),
      };
    },
  }),

  download_file: action({
    title: 'Download file',
    description:
      'Downloads a file from a volume: text as text, images as images, anything else as an embedded resource; or links to it; or, of any size, saves it to a local file.',
    toolset: 'volumes',
    effect: 'read',
    untrusted: true,
    input: () => ({ volume_id: volumeId(), path: filePath(), ...fileArguments() }),
    output: () => z.looseObject({ volume_id: z.string(), path: z.string(), ...fileFacts() }),
    live: {
      operation: 'downloadFile',
      route: 'GET /v1/volumes/{volume_id}/files/download',
      query: ['path'],
    },
    run: async (call) => {
      const { volume_id, path } = call.args;
      const { value, ...beside } = await fetchFile(call, { home: 'volumes', id: volume_id, path });
      return { value: { volume_id, path, ...value }, ...beside };
    },
  }),

  upload_file: action({
    title: 'Upload file',
    description:
      'Uploads one file to a volume, replacing any file at that path: a local file of any size, text, or bytes in base64. Tells type, size and SHA-256 of what was stored.',
    toolset: 'volumes',
    adapted:
      'The bytes are sent as they are, because the real server caps multipart near 2 MiB; to a server of the published kind as multipart. A leading slash of the path is dropped, and size_bytes becomes size.',
    effect: 'destructive',
    idempotent: true,
    aliases: { file: 'local_path' },
    input: () => ({
      volume_id: id(
        'UUID of the volume, or chat-attachments: a volume that the first upload creates with all the storage the tier has left.',
      ),
      path: path(
        'Where it goes in the volume, for example data/input.csv. Default: the name of the file at the root; a path that ends in / is the directory.',
      ).optional(),
      local_path: text(
        'File of the machine the MCP server runs on, below --file-roots; a relative path starts at the first of them.',
      )
        .min(1)
        .optional(),
      content: text('The content as text, stored as UTF-8.').optional(),
      content_base64: text('The content as bytes in standard base64.').optional(),
      filename: text('Name to show for the file. Default: the last part of path.').min(1).max(255).optional(),
    }),
    output: uploaded,
    live: {
      operation: 'uploadFile',
      route: 'POST /v1/volumes/{volume_id}/files/upload',
      query: ['path'],
      body: rawBody,
      headers: filenameHeader,
    },
    documented: {
      operation: 'uploadFile',
      route: 'POST /v1/volumes/{volume_id}/files/upload',
      // The real server has a cap of about 2 MiB for this form.
      refusesWhole: true,
      query: ['path'],
      body: multipartBody,
    },
    run: runUpload,
  }),

  mkdir: op({
    title: 'Make directory',
    description: 'Creates a directory in a volume.',
    toolset: 'volumes',
    adapted:
      'The path is sent in the query, where the real server reads it, instead of in a JSON body; the answer {success:true} becomes {volume_id, path, status}.',
    effect: 'write',
    input: () => ({
      volume_id: volumeId(),
      path: path('The new directory in the volume, for example data/raw.').min(1),
    }),
    output: acknowledged,
    live: { operation: 'mkdir', route: 'POST /v1/volumes/{volume_id}/files/mkdir', query: ['path'] },
    documented: {
      operation: 'mkdir',
      route: 'POST /v1/volumes/{volume_id}/files/mkdir',
      // What the real server says to this form is that the path is missing from the query.
      refusesWhole: true,
      body: ({ path }) => ({ json: { path } }),
    },
    result: (body, { volume_id, path }) => acknowledge('created', body, { volume_id, path }),
  }),

  move_path: op({
    title: 'Move path',
    description:
      'Moves or renames a file or directory within a volume, replacing a file that is at the destination. Some storage backends move files only.',
    toolset: 'volumes',
    adapted:
      '{source, destination} is sent as {from, to}; the answer {success:true} becomes {volume_id, source, destination, status}.',
    effect: 'destructive',
    sensitive: true,
    wrapper: 'payload',
    aliases: { from: 'source', to: 'destination' },
    input: () => ({
      volume_id: volumeId(),
      source: path('What to move: path of a file or directory in the volume.').min(1),
      destination: path('Its new path in the volume, with its name.').min(1),
    }),
    output: acknowledged,
    live: {
      operation: 'movePath',
      route: 'POST /v1/volumes/{volume_id}/files/move',
      body: ({ source, destination }) => ({ json: { from: source, to: destination } }),
    },
    documented: {
      operation: 'movePath',
      route: 'POST /v1/volumes/{volume_id}/files/move',
      body: ({ source, destination }) => ({ json: { source, destination } }),
    },
    result: (body, { volume_id, source, destination }) =>
      acknowledge('moved', body, { volume_id, source, destination }),
  }),

  delete_path: op({
    title: 'Delete path',
    description:
      'Deletes a file, or a directory with everything in it, from a volume. Cannot be undone. Some storage backends delete files only and answer HTTP 500 for a directory or a missing path.',
    toolset: 'volumes',
    adapted: 'The answer {success:true} becomes {volume_id, path, status}.',
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({
      volume_id: volumeId(),
      path: path('Path of the file or directory in the volume; / is refused.').refine(
        (path) => !isRoot(path),
        'is the whole volume; name a file or directory in it, or delete the volume with delete_volume',
      ),
    }),
    output: acknowledged,
    live: { operation: 'deletePath', route: 'DELETE /v1/volumes/{volume_id}/files', query: ['path'] },
    seal: {
      tool: () => 'aegis.file.delete',
      arguments: ({ volume_id, path }) => ({ volume_id, path }),
      body: (value) => value,
    },
    result: (body, { volume_id, path }) => acknowledge('deleted', body, { volume_id, path }),
  }),
};
