/** Git storage: repositories cloned into volumes. Not in the published SDK. */
import { z } from 'zod';
import { answered } from './actions/advice.js';
import {
  CREATE_REFUSALS,
  createRequest,
  gitRepo,
  PUSH_REFUSALS,
  REF_TYPES,
  REFRESH_REFUSALS,
  toDiff,
  toGitRepo,
  WORK_REFUSALS,
} from './actions/git-repos.js';
import { WEBHOOK_REFUSALS, webhookBody, webhookHeaders } from './actions/git-webhook.js';
import { action, op } from './define.js';
import { acknowledge, acknowledged, around, listOf, record, textOf } from './results.js';
import { flag, id, object, text } from './shapes.js';

const bindingId = () => id('UUID of the repository binding; list_git_repos names them.');

/** No server of the published kind has these routes. */
const alternative =
  'Put the files into a volume with create_volume and upload_file, or use a server that has git storage.';

export const gitStorage = {
  create_git_repo: action({
    title: 'Create git repository',
    description:
      'Clones a git repository into a new volume of 500 MiB. The clone runs in the background: poll get_git_repo until status is Ready or Failed.',
    toolset: 'git_storage',
    alternative,
    effect: 'write',
    untrusted: true,
    input: () => ({
      repo_url: id(
        'https://host/path or git@host:path, without user and password. The server refuses http://, ssh:// and bare IP addresses.',
      ),
      label: id('Name of the binding; its volume is called git-<label>.'),
      ref: text('Branch, tag or commit to check out. Default: the branch main.').min(1).optional(),
      ref_type: z.enum(REF_TYPES).describe('What ref names. Default branch.').optional(),
      credential_binding_id: id(
        'UUID of the stored credential for a private repository; list_credentials names them.',
      ).optional(),
      sparse_paths: z
        .array(z.string())
        .describe('Only these paths are checked out. Default: all.')
        .optional(),
      auto_refresh: flag('Refresh the volume when the git host calls the webhook. Default false.'),
    }),
    output: gitRepo,
    live: {
      operation: 'createGitRepo',
      route: 'POST /v1/storage/git',
      body: (args) => ({ json: createRequest(args) }),
    },
    run: answered(CREATE_REFUSALS, (body) => toGitRepo(record(body))),
  }),

  list_git_repos: op({
    title: 'List git repositories',
    description:
      'Lists the git repositories that the caller has cloned into volumes, with id, status and volume.',
    toolset: 'git_storage',
    alternative,
    effect: 'read',
    untrusted: true,
    input: () => ({}),
    output: () => z.looseObject({ repos: z.array(gitRepo()) }),
    live: { operation: 'listGitRepos', route: 'GET /v1/storage/git' },
    result: (body) => ({ ...around('repos', body), repos: listOf('repos', body, toGitRepo) }),
  }),

  get_git_repo: op({
    title: 'Get git repository',
    description:
      'Gets one repository binding: status (Pending, Cloning, Ready, Refreshing, Failed with error), ref, last commit and the volume with its files.',
    toolset: 'git_storage',
    alternative,
    effect: 'read',
    untrusted: true,
    input: () => ({ binding_id: bindingId() }),
    output: gitRepo,
    live: { operation: 'getGitRepo', route: 'GET /v1/storage/git/{binding_id}' },
    result: (body) => toGitRepo(record(body)),
  }),

  delete_git_repo: op({
    title: 'Delete git repository',
    description:
      'Deletes a repository binding and its volume with every file in it, also what was never pushed. Cannot be undone; the remote repository stays.',
    toolset: 'git_storage',
    alternative,
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({ binding_id: bindingId() }),
    output: acknowledged,
    live: { operation: 'deleteGitRepo', route: 'DELETE /v1/storage/git/{binding_id}' },
    seal: {
      tool: () => 'aegis.git.delete',
      arguments: ({ binding_id }) => ({ binding_id }),
      body: (value) => value,
    },
    result: (body, { binding_id }) => acknowledge('deleted', body, { binding_id }),
  }),

  refresh_git_repo: action({
    title: 'Refresh git repository',
    description:
      'Fetches and checks out the latest commit of the pinned ref. Uncommitted edits are lost, and a later push must name its ref. Needs volumes on a host path: with the default storage HTTP 501.',
    toolset: 'git_storage',
    alternative,
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    input: () => ({ binding_id: bindingId() }),
    output: acknowledged,
    live: { operation: 'refreshGitRepo', route: 'POST /v1/storage/git/{binding_id}/refresh' },
    seal: {
      tool: () => 'aegis.git.refresh',
      arguments: ({ binding_id }) => ({ binding_id }),
      body: (value) => value,
    },
    run: answered(REFRESH_REFUSALS, (body, { binding_id }) => acknowledge('refreshed', body, { binding_id })),
  }),

  commit_git_repo: action({
    title: 'Commit git repository',
    description:
      'Stages every change in the volume of a repository and commits it; the author is the caller. push_git_repo publishes it. Needs status Ready and volumes on a host path.',
    toolset: 'git_storage',
    alternative,
    effect: 'write',
    input: () => ({
      binding_id: bindingId(),
      message: text('Commit message.').min(1),
    }),
    output: () => z.looseObject({ binding_id: z.string(), commit_sha: z.string() }),
    live: {
      operation: 'commitGitRepo',
      route: 'POST /v1/storage/git/{binding_id}/commit',
      body: ({ message }) => ({ json: { message } }),
    },
    run: answered(WORK_REFUSALS, (body, { binding_id }) => ({
      binding_id,
      ...record(body),
      commit_sha: textOf(record(body), 'commit_sha'),
    })),
  }),

  push_git_repo: action({
    title: 'Push git repository',
    description:
      'Pushes the commits in the volume of a repository to its remote, where others see them. Needs status Ready and volumes on a host path; after a refresh, ref is needed.',
    toolset: 'git_storage',
    alternative,
    effect: 'write',
    classes: ['irreversible'],
    input: () => ({
      binding_id: bindingId(),
      ref: text('Branch to push. Default: the one checked out.').min(1).optional(),
      remote: text('Name of the remote. Default origin.').min(1).optional(),
    }),
    output: acknowledged,
    live: {
      operation: 'pushGitRepo',
      route: 'POST /v1/storage/git/{binding_id}/push',
      body: ({ remote, ref }) => ({ json: { remote, ref } }),
    },
    seal: {
      tool: () => 'aegis.git.push',
      arguments: ({ binding_id, remote, ref }) => ({
        binding_id,
        ...(remote !== undefined && { remote }),
        ...(ref !== undefined && { ref }),
      }),
      body: (value) => value,
    },
    run: answered(PUSH_REFUSALS, (body, { binding_id }) => acknowledge('pushed', body, { binding_id })),
  }),

  diff_git_repo: action({
    title: 'Diff git repository',
    description:
      'Shows what has changed in the volume of a repository as a unified diff, at most 256 KiB of it. Needs volumes on a host path.',
    toolset: 'git_storage',
    alternative,
    effect: 'read',
    untrusted: true,
    input: () => ({
      binding_id: bindingId(),
      staged: flag('true compares HEAD with the index; false (default) the index with the work tree.'),
    }),
    output: () =>
      z.looseObject({ binding_id: z.string(), diff: z.string(), truncated: z.boolean().optional() }),
    live: {
      operation: 'diffGitRepo',
      route: 'GET /v1/storage/git/{binding_id}/diff',
      query: ['staged'],
    },
    run: answered(WORK_REFUSALS, (body, { binding_id }) => ({ binding_id, ...toDiff(body) })),
  }),

  receive_git_webhook: action({
    title: 'Send git webhook',
    description:
      'Tells the server that a repository was pushed to, as its git host would, so that it refreshes the clone; uncommitted edits in the volume are lost. The secret comes from AEGIS_WEBHOOK_SECRETS.',
    toolset: 'git_storage',
    alternative,
    effect: 'destructive',
    classes: ['irreversible'],
    idempotent: true,
    sensitive: true,
    input: () => ({
      source: id(
        'Name under which configuration (AEGIS_WEBHOOK_SECRETS) keeps the secret of the repository.',
      ),
      payload: object(
        'The push event as the git host sends it. Default {}: the server reads only its signature.',
      ).optional(),
    }),
    output: () => z.looseObject({ received: z.boolean() }),
    live: {
      operation: 'receiveGitWebhook',
      route: 'POST /v1/webhooks/git',
      auth: 'none',
      body: webhookBody,
      headers: webhookHeaders,
    },
    run: answered(WEBHOOK_REFUSALS, (body) => ({
      ...record(body),
      received: record(body).received === true,
    })),
  }),
};
