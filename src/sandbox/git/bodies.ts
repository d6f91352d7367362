/** JSON bodies and views of the git routes. */
import { z } from 'zod';
import { decodeWith, parseUuid } from '../router.js';
import { option, strings } from '../shapes.js';
import type { Binding } from './bindings.js';
import type { GitRef } from './remotes.js';

const refOf = (type: 'branch' | 'tag' | 'commit') => z.object({ type: z.literal(type), value: z.string() });
const gitRef = z
  .discriminatedUnion('type', [refOf('branch'), refOf('tag'), refOf('commit')])
  .transform(({ type, value }): GitRef => {
    if (type === 'tag') return { Tag: value };
    return type === 'commit' ? { Commit: value } : { Branch: value };
  });

const uuid = z
  .string()
  .refine((value) => parseUuid(value) !== undefined, 'UUID parsing failed')
  .transform((value) => parseUuid(value) ?? value);

/** Contract schema CreateGitRepoRequest; `shallow` is read and ignored. */
export const createBody = decodeWith(
  z
    .object({
      repo_url: z.string(),
      label: z.string(),
      credential_binding_id: option(uuid),
      git_ref: option(gitRef),
      sparse_paths: option(strings),
      auto_refresh: z.boolean().optional(),
      shallow: z.boolean().optional(),
    })
    .transform(({ shallow: _ignored, credential_binding_id = null, sparse_paths = null, ...given }) => ({
      ...given,
      credential_binding_id,
      sparse_paths,
      git_ref: given.git_ref ?? { Branch: 'main' },
      auto_refresh: given.auto_refresh ?? false,
    })),
);

export const commitBody = decodeWith(z.object({ message: z.string() }));

/** `ref_name` is another name of `ref`. */
export const pushBody = decodeWith(
  z
    .object({ remote: option(z.string()), ref: option(z.string()), ref_name: option(z.string()) })
    .transform(({ remote = 'origin', ref, ref_name }) => ({ remote, branch: ref ?? ref_name })),
);

/** Contract schema GitRepoBinding. */
export function bindingView(binding: Binding) {
  return {
    id: binding.id,
    tenant_id: binding.tenant,
    credential_binding_id: binding.credential_binding_id,
    repo_url: binding.repo_url,
    git_ref: binding.git_ref,
    sparse_paths: binding.sparse_paths,
    volume_id: binding.volume_id,
    label: binding.label,
    status: binding.status === 'Failed' ? { Failed: { error: binding.error ?? '' } } : binding.status,
    clone_strategy: binding.backend === 'local_host' ? 'Libgit2' : EPHEMERAL,
    last_cloned_at: binding.last_cloned_at,
    last_commit_sha: binding.last_commit_sha,
    auto_refresh: binding.auto_refresh,
    webhook_secret_set: binding.webhook_hash !== null,
    created_at: binding.created_at,
    updated_at: binding.updated_at,
  };
}

const EPHEMERAL = { EphemeralCli: { reason: 'SeaweedFS volume requires FUSE-mounted container' } };
