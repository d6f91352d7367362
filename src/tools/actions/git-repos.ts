/** Repository bindings, between the flat arguments of the tools and the server's form. */
import { z } from 'zod';
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { idOf, record, textOf } from '../results.js';
import type { Advice } from './advice.js';
import { fittingText } from './file-text.js';

export const REF_TYPES = ['branch', 'tag', 'commit'] as const;
type RefType = (typeof REF_TYPES)[number];

interface CreateArguments {
  readonly repo_url: string;
  readonly label: string;
  readonly ref?: string | undefined;
  readonly ref_type?: RefType | undefined;
  readonly credential_binding_id?: string | undefined;
  readonly sparse_paths?: readonly string[] | undefined;
  readonly auto_refresh?: boolean | undefined;
}

/** CreateGitRepoRequest. Throws `invalid_arguments` for an address that carries credentials. */
export function createRequest(args: CreateArguments): AnyArgs {
  const { repo_url, label, credential_binding_id, sparse_paths, auto_refresh } = args;
  if (concealUserinfo(repo_url) !== repo_url) throw credentialsInUrl();
  return { repo_url, label, git_ref: refOf(args), credential_binding_id, sparse_paths, auto_refresh };
}

function refOf({ ref, ref_type = 'branch' }: CreateArguments): AnyArgs | undefined {
  return ref === undefined ? undefined : { type: ref_type, value: ref };
}

/** The user and password of an address; git@host:path has none. Backslashes are slashes to some readers. */
const USERINFO = /([a-z][a-z0-9+.-]*:[/\\]{1,2})[^/\\?#\s]*@/gi;

function concealUserinfo(text: string): string {
  return text.replace(USERINFO, '$1[redacted]@');
}

/** GitRepoBinding. */
export const gitRepo = () =>
  z.looseObject({
    id: z.string(),
    label: z.string(),
    repo_url: z.string(),
    status: z.string(),
    error: z.string().optional(),
    ref: z.string().optional(),
    ref_type: z.enum(REF_TYPES).optional(),
    volume_id: z.string().nullish(),
    last_commit_sha: z.string().nullish(),
    last_cloned_at: z.string().nullish(),
  });

/** The server names states and refs by the key of an object: here they are texts, as in the arguments. */
export function toGitRepo(value: AnyArgs): z.input<ReturnType<typeof gitRepo>> {
  const { git_ref, status, ...rest } = value;
  const named = { id: idOf('id', value), label: textOf(value, 'label') };
  const repo_url = concealUserinfo(textOf(value, 'repo_url'));
  return { ...rest, ...named, repo_url, ...readStatus(status), ...readRef(git_ref) };
}

function readStatus(status: unknown): { status: string; error?: string } {
  if (!isObject(status)) return { status: String(status) };
  const [name = 'unknown'] = Object.keys(status);
  const detail = status[name];
  const error = isObject(detail) ? detail.error : undefined;
  return { status: name, ...(typeof error === 'string' && { error: concealUserinfo(error) }) };
}

function readRef(git_ref: unknown): { ref?: string; ref_type?: RefType } {
  const [[name, ref] = []] = isObject(git_ref) ? Object.entries(git_ref) : [];
  const ref_type = REF_TYPES.find((type) => type === name?.toLowerCase());
  return ref_type === undefined || typeof ref !== 'string' ? {} : { ref, ref_type };
}

/** The answer of a diff, as much of it as a result carries. */
export function toDiff(body: unknown): { diff: string; truncated?: true } {
  const { text, ...cut } = fittingText(Buffer.from(textOf(record(body), 'diff')));
  return { diff: text, ...cut };
}

const NEEDS_HOST_PATH = {
  next: 'Work in a clone needs volumes on a host path (the local_host storage backend): ask the operator of the server for it, or read and write the files with download_file and upload_file.',
};

/** How the default storage refuses to work in a clone: 501 to a refresh, 422 to the others. */
export const REFRESH_REFUSALS: Advice = { 501: NEEDS_HOST_PATH };
export const WORK_REFUSALS: Advice = { 422: NEEDS_HOST_PATH };

function credentialsInUrl(): AegisError {
  return new AegisError(
    'invalid_arguments',
    'repo_url carries a user or password; the server would store it and show it to everybody who lists repositories.',
    {
      next: 'Give the address alone, and the credential as credential_binding_id (list_credentials names them). Nothing was sent.',
    },
  );
}
