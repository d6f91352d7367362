/** Repository bindings, between the flat arguments of the tools and the server's form. */
import { z } from 'zod';
import { isObject } from '../../client/json-object.js';
import { AegisError } from '../../errors.js';
import type { AnyArgs } from '../define.js';
import { idOf, record, textOf } from '../results.js';
import type { Advice, Refusal } from './advice.js';
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

/** CreateGitRepoRequest. Throws `invalid_arguments` for an address that carries credentials, and for a kind without a ref. */
export function createRequest(args: CreateArguments): AnyArgs {
  const { repo_url, label, credential_binding_id, sparse_paths, auto_refresh } = args;
  if (CARRIES_USERINFO.test(repo_url)) throw credentialsInUrl();
  return { repo_url, label, git_ref: refOf(args), credential_binding_id, sparse_paths, auto_refresh };
}

function refOf({ ref, ref_type = 'branch' }: CreateArguments): AnyArgs | undefined {
  if (ref === undefined && ref_type !== 'branch') throw noRef(ref_type);
  return ref === undefined ? undefined : { type: ref_type, value: ref };
}

/** An address with something before an @ of its host, however it is spelt: a password may be anything but a slash. */
const CARRIES_USERINFO = /^\s*[a-z][a-z0-9+.-]*:[/\\]+[^/\\]*@/i;

/** The user and password of an address in a text; git@host:path has none. Backslashes are slashes to some readers. */
const USERINFO = /([a-z][a-z0-9+.-]*:[/\\]+)[^/\\?#\s]*@/gi;

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
  if (!isObject(status)) return { status: typeof status === 'string' ? status : 'unknown' };
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

/** How the default storage refuses to work in a clone: 501 to a refresh, 422 to the others. */
export const NEEDS_HOST_PATH: Refusal = {
  next: 'Work in a clone needs volumes on a host path (the local_host storage backend): ask the operator of the server for it, or read and write the files with download_file and upload_file.',
};

const NOT_NOW: Refusal = {
  next: 'If the clone is not Ready, poll get_git_repo until it is; if nothing has changed, there is nothing to commit or push.',
};

/** The server's own 400, in JSON: a malformed id is refused in text. */
const DETACHED: Refusal = {
  next: 'After a refresh no branch is checked out: name the branch to push as ref.',
};

const NO_ROOM: Refusal = {
  next: 'If the name is taken, choose another label. A clone takes 500 MiB of the storage quota, and tiers limit the repositories: get_volume_quota tells what is left, delete_git_repo and delete_volume make room.',
};

export const CREATE_REFUSALS: Advice = { '422 json': NO_ROOM };
export const REFRESH_REFUSALS: Advice = { 501: NEEDS_HOST_PATH };
export const WORK_REFUSALS: Advice = { 409: NOT_NOW, '422 json': NEEDS_HOST_PATH };
export const PUSH_REFUSALS: Advice = { ...WORK_REFUSALS, '400 json': DETACHED };

function noRef(ref_type: RefType): AegisError {
  return new AegisError('invalid_arguments', `create_git_repo: ref_type=${ref_type} needs ref.`, {
    next: `Name the ${ref_type} as ref, or leave ref_type out for the branch main; nothing was sent.`,
  });
}

function credentialsInUrl(): AegisError {
  return new AegisError(
    'invalid_arguments',
    'repo_url carries a user or password; the server would store it and show it to everybody who lists repositories.',
    {
      next: 'Give the address alone, and the credential as credential_binding_id (list_credentials names them). Nothing was sent.',
    },
  );
}
